// SPDX-License-Identifier: MIT
// xml_check: is a text well-formed? Enough of XML 1.0 for what we write ourselves: elements,
// attributes in double quotes, the five entities, unique ids; HTML's <!DOCTYPE> and <meta> are let
// through. Not a parser of others' files.
#pragma once

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::test {

class XmlCheck {
public:
    explicit XmlCheck(std::string_view text) : text_(text) { run(); }

    /// Empty: well-formed. Otherwise what is wrong, and the text around it.
    [[nodiscard]] const std::string& fault() const { return fault_; }

    /// How many elements of this name there are.
    [[nodiscard]] int count(const std::string& element) const {
        const auto found = counts_.find(element);
        return found == counts_.end() ? 0 : found->second;
    }

private:
    void run() {
        while (fault_.empty() && at_ < text_.size()) {
            if (text_[at_] == '<') {
                markup();
            } else {
                character("");
            }
        }
        if (fault_.empty() && !open_.empty()) {
            fail("not closed: " + open_.back());
        }
        for (const std::string& id : referred_) {
            if (fault_.empty() && !ids_.contains(id)) {
                fail("no element has the id " + id);
            }
        }
    }

    void fail(const std::string& what) {
        const std::size_t first = at_ > 40 ? at_ - 40 : 0;
        fault_ = what + " near: " + std::string(text_.substr(first, 90));
    }

    /// One character of text or of an attribute.
    void character(std::string_view forbidden) {
        const char c = text_[at_];
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
            return fail("control character");
        }
        if (c == '<' || forbidden.find(c) != std::string_view::npos) {
            return fail("unescaped character");
        }
        if (c == '&') {
            const std::string_view rest = text_.substr(at_);
            const auto is = [&](std::string_view entity) { return rest.starts_with(entity); };
            if (!is("&amp;") && !is("&lt;") && !is("&gt;") && !is("&quot;") && !is("&#39;")) {
                return fail("not an entity");
            }
        }
        ++at_;
    }

    std::string name() {
        const std::size_t first = at_;
        const auto is_name = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':';
        };
        while (at_ < text_.size() && is_name(text_[at_])) {
            ++at_;
        }
        return std::string(text_.substr(first, at_ - first));
    }

    void markup() {
        if (text_.substr(at_).starts_with("<!DOCTYPE html>")) {
            at_ += 15;
        } else if (text_.substr(at_).starts_with("</")) {
            at_ += 2;
            const std::string closed = name();
            if (open_.empty() || open_.back() != closed) {
                return fail("closes what isn't open: " + closed);
            }
            open_.pop_back();
            take('>');
        } else {
            ++at_;
            element();
        }
    }

    void element() {
        const std::string tag = name();
        if (tag.empty()) {
            return fail("no element's name");
        }
        ++counts_[tag];
        std::set<std::string> seen;
        while (fault_.empty() && at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) {
            ++at_;
            if (text_[at_] != '>' && text_[at_] != '/') {
                attribute(seen);
            }
        }
        if (at_ < text_.size() && text_[at_] == '/') {
            ++at_;
            return take('>');
        }
        take('>');
        if (tag == "style") { // raw text in HTML; ours has no character that XML would mind
            at_ = std::min(text_.find('<', at_), text_.size());
        }
        if (tag != "meta") {
            open_.push_back(tag);
        }
    }

    void attribute(std::set<std::string>& seen) {
        const std::string key = name();
        if (key.empty() || !seen.insert(key).second) {
            return fail("attribute missing or twice: " + key);
        }
        take('=');
        take('"');
        const std::size_t first = at_;
        while (fault_.empty() && at_ < text_.size() && text_[at_] != '"') {
            character("");
        }
        const std::string value(text_.substr(first, at_ - first));
        take('"');
        if (key == "id" && !ids_.insert(value).second) {
            return fail("id twice: " + value);
        }
        if (key == "aria-labelledby") {
            std::size_t from = 0;
            while (from < value.size()) {
                const std::size_t to = std::min(value.find(' ', from), value.size());
                referred_.push_back(value.substr(from, to - from));
                from = to + 1;
            }
        }
        if (key == "href" && value.starts_with("#")) {
            referred_.push_back(value.substr(1));
        }
    }

    void take(char expected) {
        if (at_ >= text_.size() || text_[at_] != expected) {
            return fail(std::string("expected ") + expected);
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string fault_;
    std::vector<std::string> open_;
    std::map<std::string, int> counts_;
    std::set<std::string> ids_;
    std::vector<std::string> referred_;
};

} // namespace gainstage::test
