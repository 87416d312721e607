# What a package holds, and the .deb (`make deb`). Paths are those of Debian, with the prefix /usr.
include(GNUInstallDirs)

set(ONWARD_PACKAGE_FILES "${CMAKE_BINARY_DIR}/package")
set(ONWARD_SYSTEMD "${PROJECT_SOURCE_DIR}/services/systemd")

install(TARGETS onwardd onward RUNTIME DESTINATION bin)
# Made of what the programs say of themselves, so not before they are built.
install(CODE "
  execute_process(
    COMMAND python3 \"${PROJECT_SOURCE_DIR}/scripts/package_files.py\" \"${CMAKE_BINARY_DIR}/bin\" \"${ONWARD_PACKAGE_FILES}\"
    COMMAND_ERROR_IS_FATAL ANY)")
install(DIRECTORY "${ONWARD_PACKAGE_FILES}/man/" DESTINATION share/man)
install(DIRECTORY "${ONWARD_PACKAGE_FILES}/completions/" DESTINATION share)
install(FILES "${ONWARD_SYSTEMD}/onwardd.service" "${ONWARD_SYSTEMD}/onward-edge.service" DESTINATION lib/systemd/system)
install(FILES "${ONWARD_SYSTEMD}/onward.sysusers" DESTINATION lib/sysusers.d RENAME onward.conf)
install(FILES "${ONWARD_SYSTEMD}/onward.tmpfiles" DESTINATION lib/tmpfiles.d RENAME onward.conf)
install(FILES "${ONWARD_SYSTEMD}/onwardd.toml" DESTINATION /etc/onward)
install(FILES "${PROJECT_SOURCE_DIR}/services/edge/nginx.conf.template" "${PROJECT_SOURCE_DIR}/services/edge/settings.env"
  "${PROJECT_SOURCE_DIR}/services/edge/README.md" DESTINATION share/onward/edge)
install(PROGRAMS "${PROJECT_SOURCE_DIR}/services/edge/render.sh" DESTINATION share/onward/edge)
install(FILES "${ONWARD_SYSTEMD}/copyright" DESTINATION share/doc/onward)
install(FILES "${ONWARD_SYSTEMD}/lintian-overrides" DESTINATION share/lintian/overrides RENAME onward)
install(CODE "
  file(READ \"${ONWARD_SYSTEMD}/changelog\" text)
  file(WRITE \"${ONWARD_PACKAGE_FILES}/changelog\" \"\${text}\")
  file(REMOVE \"${ONWARD_PACKAGE_FILES}/changelog.gz\")
  execute_process(COMMAND gzip -9nf \"${ONWARD_PACKAGE_FILES}/changelog\" COMMAND_ERROR_IS_FATAL ANY)")
install(FILES "${ONWARD_PACKAGE_FILES}/changelog.gz" DESTINATION share/doc/onward)
# Only the programs go in: nothing else is built for a package.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME onward)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_SOURCE_DIR}/build/deb")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL OFF)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME onward)
# Debian wants a name and an address. The project has no mailbox, so this names the project, at whichever machine has the package; who
# distributes it puts his own here and in services/systemd/changelog.
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "Onward <onward@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "init-system-helpers (>= 1.54~), systemd | systemd-standalone-sysusers")
# The edge, and what puts its configuration together.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "nginx-light, gettext-base")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "inventory of who receives personal data, as a graph")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Onward keeps controllers, processors, sub-processors and their places as one
graph and says of each flow, on any date, whether it is a transfer to a third
country under the GDPR, which mechanism carries it, and why.
.
This package has the server, onwardd, and the command line, onward.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${ONWARD_SYSTEMD}/conffiles;${ONWARD_SYSTEMD}/postinst;${ONWARD_SYSTEMD}/prerm;${ONWARD_SYSTEMD}/postrm")
include(CPack)
