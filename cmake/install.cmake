# `cmake --install`: bin/assay and share/assay, where the binary looks for its data as <exe>/../share/assay.
include(GNUInstallDirs)

install(TARGETS assay RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
if(TARGET assay_mpi)
  install(TARGETS assay_mpi LIBRARY DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/assay COMPONENT program)
endif()
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT licence)
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/assay COMPONENT data)
install(DIRECTORY docs/schema DESTINATION ${CMAKE_INSTALL_DATADIR}/assay/docs COMPONENT data)
# Packages installed by a client's own package manager fit this machine only: an installed client is set up again.
install(DIRECTORY clients DESTINATION ${CMAKE_INSTALL_DATADIR}/assay COMPONENT data
        PATTERN node_modules EXCLUDE PATTERN .venv EXCLUDE PATTERN __pycache__ EXCLUDE PATTERN .installed EXCLUDE)

# `cpack -G DEB`, as packaging/release.sh calls it: the static program alone, as it carries its data.
install(PROGRAMS $<TARGET_FILE:assay_static> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME assay COMPONENT static EXCLUDE_FROM_ALL)
set(CPACK_COMPONENTS_ALL static licence)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_PACKAGE_CONTACT "The Assay authors <assay@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
include(CPack)
