// A variable of the environment, set while it exists.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

namespace voice::test {

class EnvironmentVariable {
 public:
  EnvironmentVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    set(value);
  }
  // On Windows, an empty value removes the variable.
  ~EnvironmentVariable() {
#ifdef _WIN32
    set("");
#else
    ::unsetenv(name_.c_str());
#endif
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

 private:
  void set(const std::string& value) {
#ifdef _WIN32
    ::_putenv_s(name_.c_str(), value.c_str());
#else
    ::setenv(name_.c_str(), value.c_str(), 1);
#endif
  }
  std::string name_;
};

}  // namespace voice::test
