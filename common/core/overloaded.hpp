// A visitor for std::visit made of lambdas, one per alternative.
#pragma once

namespace voice {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace voice
