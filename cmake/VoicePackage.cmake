# The Debian packages, which `packaging/package.sh` makes, or `cpack` in a build of the preset `package`: voiced with
# voicectl, and voicecli. voiced is built without sound, so that a server needs no sound library.

set(packaging_dir ${PROJECT_SOURCE_DIR}/packaging/debian)
set(VOICE_PACKAGE_CONTACT "The voiced authors <voiced@packages.example.org>" CACHE STRING
  "The maintainer of the packages: NAME <ADDRESS>")

file(STRINGS ${packaging_dir}/changelog newest LIMIT_COUNT 1)
if(NOT newest MATCHES "^voiced \\(${PROJECT_VERSION}\\) ")
  message(FATAL_ERROR "packaging/debian/changelog does not begin with version ${PROJECT_VERSION}: ${newest}")
endif()

# Debian's policy requires these files in every package.
foreach(component voiced voicecli)
  install(FILES ${packaging_dir}/changelog ${packaging_dir}/copyright
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${component} COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME voiced)
# Empty, because the description of each package begins with its own summary.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_VENDOR "The voiced authors")
set(CPACK_PACKAGE_CONTACT "${VOICE_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_COMPONENTS_ALL voiced voicecli)
# The configuration belongs in /etc, not below the prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package_finish.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_VOICED_PACKAGE_NAME voiced)
set(CPACK_DEBIAN_VOICED_PACKAGE_SECTION net)
set(CPACK_DEBIAN_VOICED_PACKAGE_SUGGESTS "voicecli, fail2ban")
set(CPACK_DEBIAN_VOICED_PACKAGE_CONTROL_EXTRA
  ${packaging_dir}/postinst ${packaging_dir}/prerm ${packaging_dir}/postrm ${packaging_dir}/conffiles)
set(CPACK_COMPONENT_VOICED_DESCRIPTION "voice conference server over TCP
A server that relays and mixes voices over one TCP port: all participants
hear everybody but themselves. It also serves the clients of \"TCP Audio
Streamer and Player\" (2014).
.
Each queue is bounded by age or size, so a stalled network causes no lasting
delay, and a participant that hangs or floods harms only itself. Connections
can be encrypted (TLS); by default, they are not.
.
This build relays only; it opens no sound device.")

set(CPACK_DEBIAN_VOICECLI_PACKAGE_NAME voicecli)
set(CPACK_DEBIAN_VOICECLI_PACKAGE_SECTION sound)
# The authorities that voicecli --tls trusts.
set(CPACK_DEBIAN_VOICECLI_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_COMPONENT_VOICECLI_DESCRIPTION "voice conference client for the terminal
Takes part in a conference of voiced, or of \"TCP Audio Streamer and
Player\" (2014), with a sound card, from files, or through pipes.
.
It waits for a missing sound card, reopens one that has fallen silent, and
reconnects after the server has been away. It can print events as JSON lines,
for programs that script voice: announcements, recordings, bots, tests.")

include(CPack)
