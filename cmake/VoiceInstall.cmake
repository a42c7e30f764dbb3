# The rules of `cmake --install`. Paths depend on the prefix given at install time, as GNU and the FHS have it: the
# configuration of /usr is in /etc, that of /opt/X in /etc/opt/X, that of any other prefix in PREFIX/etc.

install(TARGETS voiced voicectl RUNTIME COMPONENT voiced)
if(TARGET voicecli)
  install(TARGETS voicecli RUNTIME COMPONENT voicecli)
endif()

# voice_install_words(PROGRAM COMPONENT): its manual pages and completions, which packaging/manual generates.
function(voice_install_words PROGRAM COMPONENT)
  foreach(section 1 5 8)
    file(GLOB pages CONFIGURE_DEPENDS packaging/man/${PROGRAM}.${section} packaging/man/${PROGRAM}.*.${section})
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT ${COMPONENT})
  endforeach()
  set(share ${CMAKE_INSTALL_DATAROOTDIR})
  install(FILES packaging/completions/bash/${PROGRAM}
    DESTINATION ${share}/bash-completion/completions COMPONENT ${COMPONENT})
  install(FILES packaging/completions/zsh/_${PROGRAM}
    DESTINATION ${share}/zsh/site-functions COMPONENT ${COMPONENT})
  install(FILES packaging/completions/fish/${PROGRAM}.fish
    DESTINATION ${share}/fish/vendor_completions.d COMPONENT ${COMPONENT})
endfunction()
voice_install_words(voiced voiced)
voice_install_words(voicectl voiced)
if(TARGET voicecli)
  voice_install_words(voicecli voicecli)
  install(FILES config/voicecli.conf DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/voicecli COMPONENT voicecli)
endif()

set(doc_dir ${CMAKE_INSTALL_DATAROOTDIR}/doc/voiced)
install(FILES LICENSE DESTINATION ${doc_dir} COMPONENT license)
file(GLOB pages CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} *.md)
install(FILES ${pages} DESTINATION ${doc_dir} COMPONENT voiced)
# Not in /etc/fail2ban: whether to ban anybody is the administrator's choice. Nor in the folders of Prometheus and
# Grafana, which usually run on another machine.
install(DIRECTORY config/fail2ban config/prometheus config/grafana DESTINATION ${doc_dir} COMPONENT voiced)
# In the same folders as in the repository, with the pages of tests/ that they link to, so that links work.
install(DIRECTORY docs DESTINATION ${doc_dir} COMPONENT voiced
  FILES_MATCHING PATTERN "*.md" PATTERN "*.svg")
foreach(folder tests/fuzz tests/sim)
  install(FILES ${folder}/README.md DESTINATION ${doc_dir}/${folder} COMPONENT voiced)
endforeach()

# A separate script installs the configuration and the units: the units contain paths that depend on the prefix, and the
# configuration must not overwrite what an administrator has changed.
set(VOICE_SYSTEMD_UNIT_DIR lib/systemd/system CACHE STRING "Folder of the systemd units, below the prefix; empty: none")
install(CODE "
  set(source_dir \"${PROJECT_SOURCE_DIR}\")
  set(scratch_dir \"${PROJECT_BINARY_DIR}/install\")
  set(bin_dir \"${CMAKE_INSTALL_BINDIR}\")
  set(unit_dir \"${VOICE_SYSTEMD_UNIT_DIR}\")
  set(sysconf_dir \"${CMAKE_INSTALL_SYSCONFDIR}\")
  include(\"${PROJECT_SOURCE_DIR}/cmake/install_config.cmake\")"
  COMPONENT voiced)
