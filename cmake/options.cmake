# Compiler settings of every target of ours; third-party headers are SYSTEM and never warn.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(assay_options INTERFACE)
target_include_directories(assay_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(assay_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion
  # In a unity build a local name may equal a global name of another file: the warning is only used for separate
  # sources.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>
  -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: inlined std::string operations at -O2 "overlap by 9223372036854775813 bytes".
  target_compile_options(assay_options INTERFACE -Wno-restrict)
endif()
if(ASSAY_WERROR)
  target_compile_options(assay_options INTERFACE -Werror)
endif()
target_compile_definitions(assay_options INTERFACE JSON_USE_IMPLICIT_CONVERSIONS=0)

if(ASSAY_SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # clang 14 reports coroutine frames as functions of another type.
    list(APPEND sanitizers -fno-sanitize=function)
  endif()
elseif(ASSAY_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(assay_options INTERFACE -Wno-tsan)
  endif()
endif()
if(ASSAY_FUZZ)
  list(APPEND sanitizers -fsanitize=fuzzer-no-link)
endif()
if(sanitizers)
  target_compile_options(assay_options INTERFACE ${sanitizers})
  target_link_options(assay_options INTERFACE ${sanitizers})
endif()

# Hardening of a release. A sanitizer has its own ideas of these, and a debug build is read by people.
set(ASSAY_HARDENED OFF)
if(ASSAY_HARDENING AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT ASSAY_SANITIZE)
  set(ASSAY_HARDENED ON)
  set(fortify 2)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
    set(fortify 3)
  endif()
  # A plugin is compiled and linked as CMake does it (-fPIC, -shared).
  set(is_plugin $<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>)
  target_compile_options(assay_options INTERFACE
    $<$<NOT:${is_plugin}>:-fPIE> -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${fortify})
  include(CheckCXXCompilerFlag)
  foreach(flag -fstack-clash-protection -fcf-protection)
    string(MAKE_C_IDENTIFIER "has${flag}" has)
    check_cxx_compiler_flag(${flag} ${has})
    if(${has})
      target_compile_options(assay_options INTERFACE ${flag})
    endif()
  endforeach()
  # The static program says -static-pie; a -pie after it would win.
  target_link_options(assay_options INTERFACE
    $<$<NOT:$<OR:${is_plugin},$<BOOL:$<TARGET_PROPERTY:ASSAY_IS_STATIC>>>>:-pie> -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
