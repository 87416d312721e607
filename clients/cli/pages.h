// Lists that a server answers a page at a time.
#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace onward::cli {

// The largest page that a server gives.
inline constexpr uint32_t kPageSize = 1'000;

// Asks for page after page with `call` and hands each to `take`, until there are no more. The first error ends it.
template <class Request, class Call, class Take>
absl::Status EachPage(Request request, Call call, Take take) {
  request.set_page_size(kPageSize);
  do {
    auto page = call(request);
    if (!page.ok()) {
      return page.status();
    }
    request.set_page_token(page->next_page_token());
    take(*page);
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace onward::cli
