// SPDX-License-Identifier: MIT
// Result: a value, or a sentence to act on. In `units` because every room returns one and no room
// is lower. g++ 12 has no std::expected.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace gainstage {
inline namespace units {

/// What kind of thing went wrong: decides the program's exit code, nothing else.
enum class ErrorKind {
    usage,       ///< the request makes no sense as given
    unreadable,  ///< a file can't be opened or is not what it should be
    unwritable,  ///< a file can't be written (permission, disk full)
    interrupted, ///< the user stopped it
    internal     ///< our fault
};

/// One line for a person: which file, what is wrong, what to do.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string where; ///< the file (or option) it is about; may be empty
    std::string
        what; ///< what is wrong, lower case, no full stop: "is truncated: 3 of 12 s are there"
    std::string action; ///< what to do, imperative: "copy the file again"; may be empty

    [[nodiscard]] std::string message() const {
        std::string text = where.empty() ? what : where + ": " + what;
        return action.empty() ? text : text + "; " + action;
    }
};

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {} // NOLINT(google-explicit-constructor)

    Result(Error error)
        : state_(std::in_place_index<1>, std::move(error)) {} // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }

    explicit operator bool() const noexcept { return ok(); }

    [[nodiscard]] T& value() & { return std::get<0>(state_); }

    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }

    [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }

    [[nodiscard]] T& operator*() & { return value(); }

    [[nodiscard]] const T& operator*() const& { return value(); }

    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }

    [[nodiscard]] T* operator->() { return &value(); }

    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

/// A Result without a value: done, or an error.
struct Done {};

using Status = Result<Done>;

} // namespace units
} // namespace gainstage
