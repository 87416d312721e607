# Build options and the one interface target that carries flags: onward_flags.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(ONWARD_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread; empty for none")
option(ONWARD_GRPC "Build what links gRPC; off for the ThreadSanitizer build, whose libraries are not instrumented" ON)
option(ONWARD_UNITY "Compile several sources of a target as one file: a build takes half the time" ON)
option(ONWARD_WERROR "Treat warnings as errors" ON)

find_program(ONWARD_CCACHE ccache)
if(ONWARD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ONWARD_CCACHE}")
endif()

# No LTO and plain -O2 by default: the hot loops gain nothing from -O3 (see `make bench-parts`).
add_library(onward_flags INTERFACE)
target_include_directories(onward_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(onward_flags INTERFACE -fstack-protector-strong)
target_compile_definitions(onward_flags INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT ONWARD_SANITIZE)
  target_compile_options(onward_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(onward_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
if(ONWARD_SANITIZE)
  target_compile_options(onward_flags INTERFACE
    -fsanitize=${ONWARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(onward_flags INTERFACE -fsanitize=${ONWARD_SANITIZE})
  if(ONWARD_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # A look before each use of a pointer doubles the time to compile. What they find, AddressSanitizer names where it
    # ends the program, or the fuzzers do, which are built with all of it.
    target_compile_options(onward_flags INTERFACE -fno-sanitize=null,alignment)
  endif()
endif()

# Warnings for our own code; generated code links onward_flags only.
add_library(onward_warnings INTERFACE)
target_link_libraries(onward_warnings INTERFACE onward_flags)
target_compile_options(onward_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers)
if(ONWARD_WERROR)
  target_compile_options(onward_warnings INTERFACE -Werror)
endif()
