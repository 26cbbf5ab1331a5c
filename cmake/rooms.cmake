# assay_room(NAME SOURCES … [USES room …] [LIBRARIES target …] [TOGETHER] [APART file …] [QUICK])
# A room is one static library `assay_NAME`. USES are the only arrows: what is not listed is not on the link line.
# TOGETHER: with ASSAY_UNITY, eight sources are compiled as one, so that what they include is read once. A file whose own names
# (those in an unnamed namespace) clash with a neighbour's is listed as APART: compiled by itself.
# QUICK: its code waits for others most of the time, so a release optimizes it a little (-O1) and compiles it the faster;
# a build with a sanitizer not at all.
function(assay_room name)
  cmake_parse_arguments(ROOM "TOGETHER;QUICK" "" "SOURCES;USES;LIBRARIES;APART" ${ARGN})
  add_library(assay_${name} STATIC ${ROOM_SOURCES})
  add_library(assay::${name} ALIAS assay_${name})
  target_link_libraries(assay_${name} PUBLIC assay_options ${ROOM_LIBRARIES})
  if(ROOM_TOGETHER AND ASSAY_UNITY)
    set_target_properties(assay_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${ROOM_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  if(ROOM_QUICK)
    target_compile_options(assay_${name} PRIVATE $<$<CONFIG:Release>:-O1> $<$<BOOL:${ASSAY_SANITIZE}>:-O0>)
  endif()
  foreach(used ${ROOM_USES})
    target_link_libraries(assay_${name} PUBLIC assay::${used})
  endforeach()
endfunction()

# assay_test(NAME SOURCES … [APART file …] USES room … [LABELS …] [AT_ONCE]): one GoogleTest program, compiled as QUICK; its cases
# become ctest cases. With ASSAY_UNITY, six sources are compiled as one, without those that are APART.
# LABELS threaded: the program is also run under ThreadSanitizer (tools/threaded.sh builds only these).
# LABELS integration: it starts programs, browsers or whole servers, and takes longer than `ctest -L unit` may, which runs all others.
# AT_ONCE: its cases share what takes long to prepare, so that they are one ctest case.
# `tests` builds all of these programs, and nothing else does: a run of `assay` needs none of them.
add_custom_target(tests)
add_custom_target(threaded_tests)
function(assay_test name)
  cmake_parse_arguments(TEST "AT_ONCE" "" "SOURCES;USES;LABELS;APART" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE assay_options GTest::gtest_main)
  if(ASSAY_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    set_source_files_properties(${TEST_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1> $<$<BOOL:${ASSAY_SANITIZE}>:-O0>)
  foreach(used ${TEST_USES})
    target_link_libraries(${name} PRIVATE assay::${used})
  endforeach()
  # A program that may run a server fails if a request keeps its thread for too long.
  if(TEST_USES MATCHES "http|mock_server|browser")
    target_link_libraries(${name} PRIVATE assay_watchdog)
  endif()
  # Set only where it is used: a path on every command line would prevent a compiler cache from serving two checkouts.
  foreach(source ${TEST_SOURCES})
    file(STRINGS ${source} wants_source_dir REGEX ASSAY_SOURCE_DIR)
    if(wants_source_dir)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS ASSAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
  add_dependencies(tests ${name})
  if("threaded" IN_LIST TEST_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
  include(GoogleTest)
  set(properties TIMEOUT 300)
  # One label a case, as gtest_discover_tests takes no list: "unit", "unit-threaded", "integration" … `ctest -L` looks for a part of it.
  set(label unit)
  if("integration" IN_LIST TEST_LABELS)
    set(label integration)
  endif()
  if("threaded" IN_LIST TEST_LABELS)
    string(APPEND label -threaded)
  endif()
  list(APPEND properties LABELS ${label})
  if(TEST_AT_ONCE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES ${properties})
  else()
    gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
  endif()
endfunction()

# assay_embed(OUT HEADER NAMESPACE BASE files…): OUT becomes the path of a generated .cpp to list among a room's SOURCES. It
# defines `std::span<const embedded_file> NAMESPACE::embedded_files()` as HEADER declares it; a file's name is its path
# below BASE. The .cpp is made again when one of the files changes.
function(assay_embed out header namespace base)
  set(files ${ARGN})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
  # The names are in a file: there are too many for a command line.
  list(JOIN files "\n" lines)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.txt CONTENT "${lines}\n")
  list(TRANSFORM files PREPEND ${base}/ OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -D OUT=${generated} -D HEADER=${header} -D NAMESPACE=${namespace} -D BASE=${base}
            -D NAMES=${CMAKE_CURRENT_BINARY_DIR}/embedded_files.txt -P ${script}
    DEPENDS ${paths} ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.txt ${script}
    COMMENT "Embedding files for ${namespace}"
    VERBATIM)
  set(${out} ${generated} PARENT_SCOPE)
endfunction()
