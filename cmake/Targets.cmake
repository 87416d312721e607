# The three ways in which this project makes targets.
#
# Sources of a target are compiled some at a time, as one file (ONWARD_UNITY): most of the time goes into the headers
# of others. So a name in an unnamed namespace, or a using declaration, holds for its neighbours too. What clashes
# gets a better name, or is listed after ALONE and compiled by itself.
function(onward_compile_together name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${ONWARD_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  if(ARGN)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# onward_add_library(onward_x SOURCES a.cc ... [ALONE b.cc ...] HEADERS a.h ... DEPS public... PRIVATE_DEPS private...)
function(onward_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE;HEADERS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_SOURCES OR ARG_ALONE)
    add_library(${name} STATIC ${ARG_SOURCES} ${ARG_ALONE})
    onward_compile_together(${name} ${ARG_ALONE})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${ARG_HEADERS})
    target_link_libraries(${name} PUBLIC onward_flags ${ARG_DEPS} PRIVATE onward_warnings ${ARG_PRIVATE_DEPS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE onward_flags ${ARG_DEPS})
  endif()
endfunction()

# Adds a target that is nothing but what most tests include, compiled before they are: half of the time of a test went into
# reading that. `options` are those that the tests of this kind are compiled with.
function(onward_add_test_headers name options)
  add_library(${name} STATIC "${PROJECT_SOURCE_DIR}/tests/support/test_headers.cc")
  target_link_libraries(${name} PRIVATE onward_warnings absl::status absl::statusor absl::strings Boost::headers
    GTest::gmock)
  # As programs are, not as libraries.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIE ${options})
  target_precompile_headers(${name} PRIVATE <gtest/gtest.h> <gmock/gmock.h> <algorithm> <functional> <map> <memory>
    <optional> <set> <string> <vector> <absl/container/flat_hash_map.h> <absl/status/statusor.h>
    <absl/strings/str_cat.h> "${PROJECT_SOURCE_DIR}/graph/snapshot.h")
endfunction()

# onward_add_test(onward_x_test SOURCES a_test.cc ... [ALONE b_test.cc ...] DEPS ... [LABELS ...] [ONE_PROCESS]): one
# binary; each case known to ctest, but for sanitizer builds and with ONE_PROCESS.
function(onward_add_test name)
  cmake_parse_arguments(ARG "ONE_PROCESS" "TIMEOUT" "SOURCES;ALONE;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${ARG_ALONE})
  onward_compile_together(${name} ${ARG_ALONE})
  target_link_libraries(${name} PRIVATE onward_warnings ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  # Some of what is linked says so, and all must be read alike.
  set(options -pthread)
  set(headers onward_test_headers)
  if(ARG_LABELS STREQUAL "unit")
    # Their own code is not what takes time to run, but a third of the time to build when it is optimised.
    list(APPEND options -O0 -U_FORTIFY_SOURCE)
    set(headers onward_unit_test_headers)
  endif()
  if(ONWARD_SANITIZE MATCHES "undefined")
    # What ships is looked at for undefined behaviour; in tests that doubles the time to compile. AddressSanitizer stays.
    list(APPEND options -fno-sanitize=undefined)
  endif()
  target_compile_options(${name} PRIVATE ${options})
  if(NOT TARGET ${headers})
    onward_add_test_headers(${headers} "${options}")
  endif()
  target_precompile_headers(${name} REUSE_FROM ${headers})
  if(ONWARD_SANITIZE OR ARG_ONE_PROCESS)
    # A process a binary, not a process a case: starting one takes longer than most cases.
    math(EXPR timeout "4 * ${ARG_TIMEOUT}")
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} LABELS "${ARG_LABELS}")
    if(ONWARD_SANITIZE STREQUAL "thread")
      set_tests_properties(${name} PROPERTIES ENVIRONMENT
        "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan_suppressions.txt")
    endif()
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
      PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  endif()
endfunction()

# onward_add_program(name SOURCES ... DEPS ... [QUICK_START]): QUICK_START links gRPC and what comes with it from archives, for a
# program that people start by hand: loading sixty shared objects takes half of a short run.
function(onward_add_program name)
  cmake_parse_arguments(ARG "QUICK_START" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE onward_warnings ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  if(ARG_QUICK_START AND CMAKE_BUILD_TYPE STREQUAL "Release")
    set_property(TARGET ${name} PROPERTY RULE_LAUNCH_LINK "${PROJECT_SOURCE_DIR}/scripts/link_static.sh")
  endif()
endfunction()
