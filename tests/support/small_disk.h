// SPDX-License-Identifier: MIT
// SmallDisk: a disk of a few kilobytes for one test, to be filled up.
#pragma once

#include "support/temporary_folder.h"

#include <cstdlib>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace gainstage::test {

/// A tmpfs that this process and its children alone see, gone at the end. Needs root or the right
/// to make a user namespace: ask ok(), and say so if a test can't run without it.
class SmallDisk {
public:
    explicit SmallDisk(std::size_t bytes) {
        const uid_t user = geteuid();
        const gid_t group = getegid();
        const bool is_root = user == 0;
        if (unshare(CLONE_NEWNS | (is_root ? 0 : CLONE_NEWUSER)) != 0) {
            return;
        }
        if (!is_root) {
            std::ofstream("/proc/self/setgroups") << "deny";
            std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
            std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
        }
        const std::string options = "size=" + std::to_string(bytes);
        mounted_ = mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                   mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
    }

    ~SmallDisk() {
        if (mounted_) {
            umount2(folder_.path().c_str(), MNT_DETACH);
        }
    }

    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool ok() const noexcept { return mounted_; }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }

private:
    TemporaryFolder folder_; // removed after it was unmounted
    bool mounted_ = false;
};

} // namespace gainstage::test
