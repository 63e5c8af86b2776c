// Targets for what all decoders stand on: messages of a datagram, attributes, rules.

#include "fuzz/input.h"
#include "fuzz/target.h"
#include "netlink/attribute.h"
#include "netlink/cookies.h"
#include "netlink/message.h"
#include "netlink/rules.h"
#include "test/block_check.h"

namespace sockdiag {
namespace {

bool Within(std::span<const uint8_t> part, std::span<const uint8_t> whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// NB: reads every byte, so that a span that lies outside is seen.
uint32_t Sum(std::span<const uint8_t> bytes) {
  uint32_t sum = 0;
  for (uint8_t byte : bytes) sum += byte;
  return sum;
}

void RunMessages(std::span<const uint8_t> bytes) {
  const std::vector<uint8_t> datagram(bytes.begin(), bytes.end());
  MessageCursor cursor(datagram);
  Message message;
  size_t messages = 0;
  volatile uint32_t sum = 0;
  while (cursor.Next(&message)) {
    messages += 1;
    Require(Within(message.payload, datagram), "payload outside the datagram");
    sum = sum + Sum(message.payload);
    const Status status = ReadOutcome(message);
    Require(status.err >= 0, "a negative error number");
  }
  Require(messages * sizeof(nlmsghdr) <= datagram.size(), "more messages than headers fit");
  Require(!cursor.Next(&message), "messages behind the end");
}

void ReadEveryWay(AttributeCursor cursor, const Attribute& attribute, size_t size) {
  volatile uint64_t sink = 0;
  sink = sink + cursor.U8(attribute) + cursor.U16(attribute) + cursor.U32(attribute) + cursor.U64(attribute);
  sink = sink + cursor.Be16(attribute) + cursor.Be32(attribute) + cursor.String(attribute).size();
  Require(cursor.failed() == (attribute.payload.size() < sizeof(uint64_t)), "a reader that takes too little or too much");
  sink = sink + Sum(cursor.Bytes(attribute, size));
}

void WalkAttributes(AttributeCursor cursor, std::span<const uint8_t> whole, int depth) {
  Attribute attribute;
  while (cursor.Next(&attribute)) {
    Require(Within(attribute.payload, whole), "attribute outside its payload");
    ReadEveryWay(cursor, attribute, depth);
    if (depth < 8) WalkAttributes(cursor.Nested(attribute), attribute.payload, depth + 1);
  }
  Require(!cursor.Next(&attribute), "attributes behind the end");
}

void RunAttributes(std::span<const uint8_t> bytes) {
  const std::vector<uint8_t> payload(bytes.begin(), bytes.end());
  WalkAttributes(AttributeCursor(payload), payload, 0);
  AttributeCursor cursor{std::span<const uint8_t>(payload)};
  const AttributeTable table(&cursor);
  for (uint16_t type = 0; type < 40; type++) {
    volatile uint32_t value = table.U32(type, 1) + table.U8(type, 1);
    static_cast<void>(value);
    Require(table.Find(type).has_value() == table.Has(type), "two answers of a table");
    if (table.Has(type)) Require(Within(table.Payload(type), payload), "table entry outside");
  }
}

// One rule of every way to read, into columns of kinds that way is used with.
constexpr AttributeRule kRules[] = {
    {1, Read::kU8, SocketsColumn::kTos},
    {2, Read::kU16, SocketsColumn::kTlsVersion},
    {3, Read::kU32, SocketsColumn::kMark},
    {4, Read::kU64, SocketsColumn::kCgroupId},
    {5, Read::kBe16, SocketsColumn::kLocalPort},
    {6, Read::kBe32, SocketsColumn::kUid},
    {7, Read::kLowHigh, SocketsColumn::kBbrBw},
    {8, Read::kBytePair, SocketsColumn::kSockopt},
    {9, Read::kBits, SocketsColumn::kTclass, 0, 0, 4, 4},
    {10, Read::kText, SocketsColumn::kCongestion},
    {11, Read::kAddr, SocketsColumn::kLocalAddress},
    {12, Read::kU32, SocketsColumn::kMemRmem, 8, 4},
};

void RunRules(std::span<const uint8_t> bytes) {
  Input input(bytes);
  std::vector<uint16_t> columns(SocketsColumn::kCount);
  for (uint16_t id = 0; id < columns.size(); id++) columns[id] = id;
  constexpr size_t kRows = 32;
  TableBuilder rows(kSocketsTable, columns, kRows);
  const RuleSet rules(kRules, rows);
  while (!input.empty() && rows.rows() < kRows) {
    const size_t length = input.Take<uint16_t>();
    const std::vector<uint8_t> payload = input.TakeBytes(length);
    Require(rows.BeginRow(), "no memory for a row");
    AttributeCursor cursor{std::span<const uint8_t>(payload)};
    rules.ApplyAll(&cursor, &rows);
    if (cursor.failed()) {
      rows.DropRow();
    } else {
      rows.CommitRow();
    }
  }
  Block block;
  Require(rows.Seal(&block), "no memory for a block");
  CheckBlock(kSocketsTable, block);
}

// A cookie that was just given is known until 32,768 others have been.
void RunCookies(std::span<const uint8_t> bytes) {
  Input input(bytes);
  RecentCookies cookies;
  for (int ranges = 0; ranges < 4 && !input.empty(); ranges++) {
    const uint64_t start = input.Take<uint32_t>() | uint64_t{input.Take<uint8_t>()} << 56;
    const uint64_t count = input.Take<uint16_t>() + 1;
    for (uint64_t cookie = start; cookie < start + count; cookie++) {
      cookies.Insert(cookie);
      Require(cookie == 0 || !cookies.Insert(cookie), "a cookie is forgotten at once");
    }
    const uint64_t remembered = count <= 32768 ? start : start + count - 32768;
    Require(remembered == 0 || !cookies.Insert(remembered), "a cookie is forgotten too early");
  }
}

}  // namespace

void AddCursorTargets(std::vector<FuzzTarget>* targets) {
  targets->push_back({"message", RunMessages, nullptr});
  targets->push_back({"attribute", RunAttributes, nullptr});
  targets->push_back({"rules", RunRules, nullptr});
  targets->push_back({"cookies", RunCookies, nullptr});
}

}  // namespace sockdiag
