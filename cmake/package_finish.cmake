# Runs inside cpack, after the files are installed and before they are packed, to comply with Debian's policy: programs
# contain nothing that only compilers and debuggers use (10.1), manual pages and changelogs are compressed (12.1, 12.7).
# gzip records neither names nor times, which would make two builds differ.
find_program(strip strip REQUIRED)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  file(GLOB programs ${root}/bin/*)
  file(GLOB words ${root}/share/man/man[1-8]/*.[1-8] ${root}/share/doc/*/changelog)
  execute_process(COMMAND ${strip} --strip-unneeded --remove-section=.comment --remove-section=.note ${programs}
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gzip -9 -n ${words} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
