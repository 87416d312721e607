// What all questions about transfers have in common, read from their messages.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "graph/base/status_macros.h"
#include "services/commands/engine.h"
#include "services/rpc/call.h"
#include "services/rpc/consistency.h"
#include "services/rpc/validate.h"
#include "services/rpc/what_if.h"

namespace onward::rpc {

struct Asked {
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // With what is assumed.
  commands::Freshness freshness;
  commands::InventoryIdentity inventory;
};

// Where the page begins that a token asks for; nullopt: the first page. INVALID_REQUEST, FOREIGN_TOKEN.
template <class Request>
absl::StatusOr<std::optional<PageToken>> PageTokenOf(const Request& request,
                                                     const commands::InventoryIdentity& inventory) {
  if constexpr (requires { request.page_token(); }) {
    if (!request.page_token().empty()) {
      ONWARD_ASSIGN_OR_RETURN(
          PageToken token, DecodePageToken(request.page_token(), inventory, QuestionOf(request)));
      return std::optional<PageToken>(std::move(token));
    }
  }
  return std::optional<PageToken>();
}

// A further page is asked on the day of the first, whatever the request says: a list that was begun before
// midnight goes on with its day. INVENTORY_NOT_FOUND, INVALID_REQUEST, FOREIGN_TOKEN, LIMIT_EXCEEDED.
template <class Request>
absl::StatusOr<Asked> AskedOf(const ServiceEnv& env, const Request& request) {
  Asked asked;
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory()));
  asked.inventory = inventory->identity();
  ONWARD_ASSIGN_OR_RETURN(asked.as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<PageToken> token,
                          PageTokenOf(request, asked.inventory));
  if (token) {
    asked.as_of = Date(token->as_of_days);
  }
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> known,
                          OptionalDate(request.law_known_at(), "law_known_at"));
  asked.law_known_at = known.value_or(Date::Max());
  ONWARD_ASSIGN_OR_RETURN(asked.freshness, FreshnessOf(request.consistency(), asked.inventory));
  const Date day = asked.as_of.value_or(env.engine->clock().Today());
  ONWARD_ASSIGN_OR_RETURN(asked.freshness.what_if, WhatIfOf(request.what_if(), day));
  return asked;
}

// Reads what all listings of verdicts have in common into `list`: whose, when, how fresh, which page. Errors as
// AskedOf; INVALID_REQUEST for the page too.
template <class Request, class List>
absl::Status ReadListing(const ServiceEnv& env, const Request& request, List& list) {
  ONWARD_ASSIGN_OR_RETURN(const Asked asked, AskedOf(env, request));
  list.inventory = request.inventory();
  list.as_of = asked.as_of;
  list.law_known_at = asked.law_known_at;
  list.freshness = asked.freshness;
  ONWARD_ASSIGN_OR_RETURN(list.page.size, PageSize(request.page_size()));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<PageToken> token,
                          PageTokenOf(request, asked.inventory));
  if (token) {
    list.page.from = token->position;
  }
  return absl::OkStatus();
}

// Where the list goes on, if it does.
template <class Request, class Result, class Response>
void SetNextPage(const Request& request, const Result& result, Response* response) {
  if (result.next) {
    response->set_next_page_token(EncodePageToken(result.basis.inventory, QuestionOf(request),
                                                  {*result.next, result.basis.when->as_of.days()}));
  }
}

}  // namespace onward::rpc
