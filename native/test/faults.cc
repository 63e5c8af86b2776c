// Every way a dump can go wrong between the system calls and the block, for sanitizer builds: a made-up kernel misbehaves
// as told, and what comes out must be all rows, or none and the reason.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "snapshot.h"
#include "stream.h"
#include "test/block_check.h"
#include "test/fake_kernel.h"
#include "uapi.h"

namespace sockdiag {
namespace {

constexpr uint32_t kRowsPerBatch = 40;

using Answers = std::vector<Answer>;

void Append(Answer* answer, uint16_t type, uint16_t flags, uint32_t sequence, const void* payload, size_t size) {
  nlmsghdr header = {};
  header.nlmsg_len = static_cast<uint32_t>(sizeof(header) + size);
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  header.nlmsg_seq = sequence;
  const uint8_t* const bytes = reinterpret_cast<const uint8_t*>(&header);
  answer->datagram.insert(answer->datagram.end(), bytes, bytes + sizeof(header));
  const uint8_t* const payload_bytes = static_cast<const uint8_t*>(payload);
  answer->datagram.insert(answer->datagram.end(), payload_bytes, payload_bytes + size);
}

Answer Rows(uint32_t sequence, uint32_t first_cookie = 1, uint16_t flags = NLM_F_MULTI) {
  Answer answer;
  for (uint32_t i = 0; i < kRowsPerBatch; i++) {
    inet_diag_msg row = {};
    row.idiag_family = i % 2 == 0 ? AF_INET : AF_INET6;
    row.idiag_state = 1;
    row.id.idiag_cookie[0] = first_cookie + i;
    Append(&answer, TCPDIAG_GETSOCK, flags, sequence, &row, sizeof(row));
  }
  return answer;
}

Answer Result(uint16_t type, uint32_t sequence, int32_t err, uint16_t flags = NLM_F_MULTI) {
  Answer answer;
  Append(&answer, type, flags, sequence, &err, sizeof(err));
  return answer;
}

Answer Done(uint32_t sequence) { return Result(NLMSG_DONE, sequence, 0); }

Answer Broken(int err) { return {{}, err, 0, 0}; }

Answer Cut(Answer answer, size_t size) {
  answer.datagram.resize(size);
  return answer;
}

Answer From(Answer answer, uint32_t sender) {
  answer.sender = sender;
  return answer;
}

Answer Truncated(Answer answer) {
  answer.flags = MSG_TRUNC;
  return answer;
}

Answer Malformed(Answer answer) {
  nlmsghdr header;
  memcpy(&header, answer.datagram.data(), sizeof(header));
  const uint32_t size = header.nlmsg_len;
  header.nlmsg_len = sizeof(header) + 8;
  Answer shortened;
  const uint8_t* const bytes = reinterpret_cast<const uint8_t*>(&header);
  shortened.datagram.assign(bytes, bytes + sizeof(header));
  shortened.datagram.resize(header.nlmsg_len);
  shortened.datagram.insert(shortened.datagram.end(), answer.datagram.begin() + size, answer.datagram.end());
  return shortened;
}

struct Case {
  const char* name;
  FakeKernel kernel;
  // What must come out; "" = success.
  const char* op;
  int err;
  size_t rows;
  bool interrupted = false;
  uint32_t malformed = 0;
  uint32_t duplicates = 0;
  // The outcome is that of asking again, which a stream does not do.
  bool asked_again = false;
};

FakeKernel Answering(std::function<Answers(uint32_t sequence, int attempt)> dump) {
  FakeKernel kernel;
  kernel.dump = std::move(dump);
  return kernel;
}

FakeKernel Refusing(int socket_err, int send_err, size_t send_cut = 0) {
  FakeKernel kernel;
  kernel.socket_err = socket_err;
  kernel.send_err = send_err;
  kernel.send_cut = send_cut;
  kernel.dump = [](uint32_t sequence, int) { return Answers{Done(sequence)}; };
  return kernel;
}

// Rows, then `last`: whatever had come before must be gone.
FakeKernel MidDump(std::function<Answer(uint32_t sequence)> last) {
  return Answering([last](uint32_t sequence, int) { return Answers{Rows(sequence), Rows(sequence, 100), last(sequence)}; });
}

std::vector<Case> RefusalCases() {
  std::vector<Case> cases;
  for (const int err : {EPROTONOSUPPORT, EAFNOSUPPORT, EMFILE, ENOMEM}) cases.push_back({"socket()", Refusing(err, 0), "socket", err, 0});
  for (const int err : {EACCES, EPERM, ECONNREFUSED, ENOBUFS}) cases.push_back({"send()", Refusing(0, err), "send", err, 0});
  cases.push_back({"send() takes half", Refusing(0, 0, 20), "send", EIO, 0});
  for (const int err : {ENOENT, EINVAL, EOPNOTSUPP, EPERM, ESTALE, EBUSY}) {
    cases.push_back({"NLMSG_ERROR at once", Answering([err](uint32_t sequence, int) {
                       return Answers{Result(NLMSG_ERROR, sequence, -err)};
                     }), "NLMSG_ERROR", err, 0});
    cases.push_back({"NLMSG_ERROR after rows", MidDump([err](uint32_t sequence) {
                       return Result(NLMSG_ERROR, sequence, -err);
                     }), "NLMSG_ERROR", err, 0});
  }
  for (const int err : {ENOENT, ENOMEM, EINTR}) {
    cases.push_back({"error in NLMSG_DONE", MidDump([err](uint32_t sequence) {
                       return Result(NLMSG_DONE, sequence, -err);
                     }), "NLMSG_DONE", err, 0});
  }
  return cases;
}

std::vector<Case> BrokenCases() {
  std::vector<Case> cases;
  for (const int err : {ENOBUFS, ENOMEM, ECONNRESET}) {
    cases.push_back({"recv() mid-dump", MidDump([err](uint32_t) { return Broken(err); }), "recv", err, 0});
  }
  cases.push_back({"silence mid-dump", MidDump([](uint32_t) { return Broken(EAGAIN); }), "recv", ETIMEDOUT, 0});
  cases.push_back({"MSG_TRUNC", MidDump([](uint32_t sequence) { return Truncated(Rows(sequence, 200)); }), "recv", EMSGSIZE, 0});
  cases.push_back({"wrong sequence", MidDump([](uint32_t sequence) { return Rows(sequence + 1, 200); }), "decode", EBADMSG, 0});
  cases.push_back({"NLMSG_OVERRUN", MidDump([](uint32_t sequence) { return Result(NLMSG_OVERRUN, sequence, 0); }), "recv", ENOBUFS, 0});
  cases.push_back({"one byte", MidDump([](uint32_t) { return Cut({}, 1); }), "decode", EBADMSG, 0});
  cases.push_back({"no byte", MidDump([](uint32_t) { return Answer{}; }), "decode", EBADMSG, 0});
  cases.push_back({"half a header", MidDump([](uint32_t sequence) { return Cut(Rows(sequence, 200), 12); }), "decode", EBADMSG, 0});
  cases.push_back({"half a message", MidDump([](uint32_t sequence) { return Cut(Rows(sequence, 200), 130); }), "decode", EBADMSG, 0});
  cases.push_back({"NLMSG_DONE without a result", MidDump([](uint32_t sequence) {
                     Answer answer;
                     Append(&answer, NLMSG_DONE, NLM_F_MULTI, sequence, nullptr, 0);
                     return answer;
                   }), "decode", EBADMSG, 0});
  cases.push_back({"a positive error", MidDump([](uint32_t sequence) { return Result(NLMSG_ERROR, sequence, 7); }), "decode", EBADMSG, 0});
  cases.push_back({"only foreign senders", MidDump([](uint32_t sequence) { return From(Rows(sequence, 200), 77); }), "recv", EPROTO, 0});
  cases.back().kernel.endless = true;
  cases.back().kernel.dump = [](uint32_t sequence, int) { return Answers{From(Rows(sequence, 200), 77)}; };
  return cases;
}

std::vector<Case> HarmlessCases() {
  const auto whole = [](uint32_t sequence, uint16_t flags) {
    return Answers{Rows(sequence, 1, flags), Rows(sequence, 100, flags), Done(sequence)};
  };
  std::vector<Case> cases;
  cases.push_back({"nothing wrong", Answering([whole](uint32_t sequence, int) { return whole(sequence, NLM_F_MULTI); }), "", 0, 80});
  cases.push_back({"EINTR", Answering([](uint32_t sequence, int) {
                     return Answers{Broken(EINTR), Rows(sequence), Broken(EINTR), Broken(EINTR), Done(sequence)};
                   }), "", 0, 40});
  cases.push_back({"a foreign sender", Answering([](uint32_t sequence, int) {
                     return Answers{From(Rows(sequence, 500), 77), Rows(sequence), From(Done(sequence), 77), Done(sequence)};
                   }), "", 0, 40});
  cases.push_back({"rows repeated", Answering([](uint32_t sequence, int) {
                     return Answers{Rows(sequence), Rows(sequence, 21), Done(sequence)};
                   }), "", 0, 60, false, 0, 20});
  cases.push_back({"a malformed row", Answering([](uint32_t sequence, int) {
                     return Answers{Malformed(Rows(sequence)), Done(sequence)};
                   }), "", 0, 39, false, 1});
  cases.push_back({"NLM_F_DUMP_INTR once", Answering([whole](uint32_t sequence, int attempt) {
                     return whole(sequence, attempt == 0 ? NLM_F_MULTI | NLM_F_DUMP_INTR : NLM_F_MULTI);
                   }), "", 0, 80, false, 0, 0, true});
  cases.push_back({"NLM_F_DUMP_INTR always", Answering([whole](uint32_t sequence, int) {
                     return whole(sequence, NLM_F_MULTI | NLM_F_DUMP_INTR);
                   }), "", 0, 80, true});
  cases.push_back({"NLM_F_DUMP_INTR, then an error", Answering([whole](uint32_t sequence, int attempt) {
                     return attempt == 0 ? whole(sequence, NLM_F_MULTI | NLM_F_DUMP_INTR)
                                         : Answers{Rows(sequence), Result(NLMSG_DONE, sequence, -ENOMEM)};
                   }), "NLMSG_DONE", ENOMEM, 0, false, 0, 0, true});
  return cases;
}

// Enough datagrams ahead of the fault that it is met by the thread that reads ahead.
constexpr uint32_t kDatagramsAhead = 40;

Case Late(Case early) {
  early.kernel.dump = [dump = early.kernel.dump](uint32_t sequence, int attempt) {
    Answers answers;
    for (uint32_t i = 1; i <= kDatagramsAhead; i++) answers.push_back(Rows(sequence, 1000 * i));
    for (Answer& answer : dump(sequence, attempt)) answers.push_back(std::move(answer));
    return answers;
  };
  if (early.err == 0) early.rows += kDatagramsAhead * kRowsPerBatch;
  return early;
}

KindRequest TcpRequest() {
  KindRequest request{FindDumpKind("inet"), {}};
  request.request.protocol = IPPROTO_TCP;
  request.request.legacy = true;
  return request;
}

SnapshotOptions AllColumns() {
  SnapshotOptions options;
  options.table = &kSocketsTable;
  for (uint16_t id = 0; id < SocketsColumn::kCount; id++) options.columns.push_back(id);
  return options;
}

bool Differs(const Case& expected, const DumpOutcome& dump, size_t rows, const char* how) {
  const bool same = dump.status.err == expected.err && (expected.err == 0 || strcmp(dump.status.op, expected.op) == 0) &&
                    rows == expected.rows && dump.malformed == expected.malformed &&
                    dump.duplicates == expected.duplicates;
  if (same) return false;
  fprintf(stderr, "%s (%s): %s errno %d, %zu rows, malformed %u, duplicates %u\n", expected.name, how, dump.status.op,
          dump.status.err, rows, dump.malformed, dump.duplicates);
  return true;
}

bool SnapshotFails(const Case& expected) {
  Behave(expected.kernel);
  const Snapshot snapshot = TakeSnapshot({TcpRequest()}, AllColumns());
  CheckBlock(kSocketsTable, snapshot.block);
  const DumpOutcome& dump = snapshot.outcomes[0].dump;
  const bool interrupted = expected.err == 0 && dump.interrupted != expected.interrupted;
  if (interrupted) fprintf(stderr, "%s: interrupted %d\n", expected.name, dump.interrupted);
  return Differs(expected, dump, snapshot.block.rows, "snapshot") || interrupted;
}

// A stream reads once, and rows that were handed out before the dump broke cannot be taken back.
bool StreamFails(const Case& expected, bool reuse) {
  Behave(expected.kernel);
  StreamOptions options;
  options.snapshot = AllColumns();
  options.chunk_rows = 16;
  options.reuse = reuse;
  Stream stream({TcpRequest()}, options);
  Require(stream.Start().ok(), "not started");
  size_t rows = 0;
  Block block;
  while (stream.Next(&block)) {
    CheckBlock(kSocketsTable, block);
    rows += block.rows;
  }
  const std::vector<RequestOutcome> outcomes = stream.outcomes();
  Require(outcomes.size() == 1, "a stream that ended has an outcome");
  Require(outcomes[0].rows == rows, "rows counted are not rows given");
  return Differs(expected, outcomes[0].dump, expected.err == 0 ? rows : 0, reuse ? "ring" : "stream");
}

// A kernel that never comes to an end is left by the abort flag alone.
bool EndlessFails() {
  FakeKernel kernel = Answering([](uint32_t sequence, int) { return Answers{Rows(sequence), Rows(sequence, 100)}; });
  kernel.endless = true;
  Behave(kernel);
  std::atomic<bool> abort{false};
  TableBuilder rows(kSocketsTable, AllColumns().columns);
  DumpOptions options;
  options.abort = &abort;
  Connection connection(-1);
  Require(connection.Connect(NETLINK_SOCK_DIAG, true).ok(), "no socket");
  const KindRequest request = TcpRequest();
  RequestRun run(connection.socket(), request, request.kind->encode(request.request), options, &rows, &rows);
  for (int left = 999; run.Step(); left--) {
    if (left == 0) abort.store(true);
  }
  const RequestOutcome outcome = run.outcome();
  return outcome.dump.status.err != ECANCELED || outcome.dump.datagrams != 1000 || rows.rows() != 0;
}

}  // namespace
}  // namespace sockdiag

int main() {
  using namespace sockdiag;
  size_t cases = 0;
  size_t failed = 0;
  for (const auto& list : {RefusalCases(), BrokenCases(), HarmlessCases()}) {
    for (const Case& expected : list) {
      cases += 1;
      const bool streamed = !expected.asked_again && (StreamFails(expected, false) || StreamFails(expected, true));
      failed += SnapshotFails(expected) || streamed;
      // What begins again when it is used up has no end to be late at.
      if (expected.kernel.endless) continue;
      cases += 1;
      failed += SnapshotFails(Late(expected));
    }
  }
  if (EndlessFails()) {
    fprintf(stderr, "an endless dump was not left\n");
    failed += 1;
  }
  printf("%zu faults, %zu failed\n", cases + 1, failed);
  return failed == 0 ? 0 : 1;
}
