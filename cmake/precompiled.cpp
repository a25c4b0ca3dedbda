// SPDX-License-Identifier: MIT
// Nothing but a precompiled header: CMake makes one only for a target with a source that uses it.
