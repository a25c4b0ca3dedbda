// SPDX-License-Identifier: MIT
// Nothing but the precompiled header of the test programs: CMake makes one only for a target with a
// source that uses it.
