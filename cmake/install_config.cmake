# Runs inside `cmake --install`. In: source_dir, scratch_dir, bin_dir, unit_dir, sysconf_dir (the last three may be
# relative to the prefix). Installs voiced.conf, but never overwrites one that has been edited, and the units, with the
# paths of this installation.

set(prefix "${CMAKE_INSTALL_PREFIX}")
if(IS_ABSOLUTE "${sysconf_dir}")
  set(etc "${sysconf_dir}")
elseif(prefix STREQUAL "/usr")
  set(etc /etc)
elseif(prefix MATCHES "^/opt/")
  set(etc "/etc${prefix}")
else()
  set(etc "${prefix}/${sysconf_dir}")
endif()

# With a umask of 077 the service could not enter the folder.
if(NOT EXISTS "$ENV{DESTDIR}${etc}/voiced")
  file(MAKE_DIRECTORY "$ENV{DESTDIR}${etc}/voiced")
  file(CHMOD "$ENV{DESTDIR}${etc}/voiced" PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endif()

set(config "${etc}/voiced/voiced.conf")
set(there "$ENV{DESTDIR}${config}")
if(EXISTS "${there}")
  file(SHA256 "${there}" old)
  file(SHA256 "${source_dir}/config/voiced.conf" new)
  if(NOT old STREQUAL new)
    message(STATUS "Kept: ${there}; the new one lies beside it as voiced.conf.new")
    file(INSTALL "${source_dir}/config/voiced.conf" DESTINATION "${etc}/voiced" RENAME voiced.conf.new)
  endif()
else()
  file(INSTALL "${source_dir}/config/voiced.conf" DESTINATION "${etc}/voiced")
endif()

if(unit_dir)
  get_filename_component(bin_dir "${bin_dir}" ABSOLUTE BASE_DIR "${prefix}")
  get_filename_component(unit_dir "${unit_dir}" ABSOLUTE BASE_DIR "${prefix}")
  foreach(name voiced.service voiced@.service voiced.socket)
    file(READ "${source_dir}/systemd/${name}" unit)
    string(REPLACE "/usr/bin/voiced --config /etc/voiced/" "${bin_dir}/voiced --config ${etc}/voiced/" unit "${unit}")
    string(REPLACE "/usr/bin/voicectl " "${bin_dir}/voicectl " unit "${unit}")
    string(REPLACE "reads /etc/voiced/" "reads ${etc}/voiced/" unit "${unit}")
    string(REPLACE "/usr/share/" "${prefix}/share/" unit "${unit}")
    file(WRITE "${scratch_dir}/${name}" "${unit}")
    # CMake does not replace a file whose time is equal to the second.
    file(REMOVE "$ENV{DESTDIR}${unit_dir}/${name}")
    file(INSTALL "${scratch_dir}/${name}" DESTINATION "${unit_dir}")
  endforeach()
endif()
