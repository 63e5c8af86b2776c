#include "route/rule.h"

#include <linux/fib_rules.h>

#include "uapi.h"

namespace sockdiag {
namespace {

static_assert(sizeof(fib_rule_hdr) == 12);

using C = RulesColumn;

constexpr AttributeRule kRules[] = {
    {FRA_PRIORITY, Read::kU32, C::kPriority},     {FRA_SRC, Read::kAddr, C::kSource},
    {FRA_DST, Read::kAddr, C::kDestination},      {FRA_IIFNAME, Read::kText, C::kInputDevice},
    {FRA_OIFNAME, Read::kText, C::kOutputDevice}, {FRA_FWMARK, Read::kU32, C::kMark},
    {FRA_FWMASK, Read::kU32, C::kMarkMask},       {FRA_TABLE, Read::kU32, C::kTable},
};

}  // namespace

std::vector<uint8_t> EncodeRuleDump(const DumpRequest& request) {
  fib_rule_hdr fixed = {};
  fixed.family = request.family;
  return RequestWriter::Of(RTM_GETRULE, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

RuleDecoder::RuleDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held)
    : Decoder(RTM_NEWRULE, rows, held), family_(request.family), rules_(kRules, *rows) {}

RowResult RuleDecoder::Fill(const Message& message, TableBuilder* row) {
  if (message.payload.size() < sizeof(fib_rule_hdr)) return RowResult::kMalformed;
  const fib_rule_hdr fixed = Load<fib_rule_hdr>(message.payload);
  if (family_ != AF_UNSPEC && fixed.family != family_) return RowResult::kSkipped;
  row->SetU8(C::kFamily, fixed.family);
  row->SetU8(C::kSourceLength, fixed.src_len);
  row->SetU8(C::kDestinationLength, fixed.dst_len);
  row->SetU8(C::kAction, fixed.action);
  // FRA_TABLE, which is wider, overwrites it.
  row->SetU32(C::kTable, fixed.table);
  row->SetU8(C::kTos, fixed.tos);
  row->SetU32(C::kFlags, fixed.flags);
  AttributeCursor cursor(message.payload.subspan(sizeof(fixed)));
  rules_.ApplyAll(&cursor, row);
  return cursor.failed() ? RowResult::kMalformed : RowResult::kKept;
}

}  // namespace sockdiag
