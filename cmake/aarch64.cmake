# Toolchain file: cross-compiles for 64-bit ARM with Debian's g++-aarch64-linux-gnu and the arm64 packages of the libraries; what is built
# runs under qemu-user. tools/aarch64.sh prepares all of it in a root of its own:
#   cmake -B build/aarch64 -G Ninja --toolchain cmake/aarch64.cmake
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
# Debian installs both architectures below /usr, so files are told apart by their folder.
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
