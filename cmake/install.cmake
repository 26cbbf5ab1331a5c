# `cmake --install`: bin/assay and share/assay, where the binary looks for its data as <exe>/../share/assay.
include(GNUInstallDirs)

install(TARGETS assay RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/assay)
install(DIRECTORY docs/schema DESTINATION ${CMAKE_INSTALL_DATADIR}/assay/docs)
# Packages installed by a client's own package manager fit this machine only: an installed client is set up again.
install(DIRECTORY clients DESTINATION ${CMAKE_INSTALL_DATADIR}/assay
        PATTERN node_modules EXCLUDE PATTERN .venv EXCLUDE PATTERN __pycache__ EXCLUDE PATTERN .installed EXCLUDE)
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/assay)
