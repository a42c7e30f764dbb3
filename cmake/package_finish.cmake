# Runs inside cpack, when everything lies in its place and before it is packed, for what Debian's policy asks: programs
# hold nothing that is for compilers and debuggers only (10.1), manual pages and changelogs are compressed (12.1, 12.7),
# without names or times that would make two builds differ.
find_program(strip strip REQUIRED)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  file(GLOB programs ${root}/bin/*)
  file(GLOB words ${root}/share/man/man[1-8]/*.[1-8] ${root}/share/doc/*/changelog)
  execute_process(COMMAND ${strip} --strip-unneeded --remove-section=.comment --remove-section=.note ${programs}
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gzip -9 -n ${words} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
