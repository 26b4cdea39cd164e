/*
 * A native load source: keeps a number of calls in flight on each connection and counts the replies, so that the server is
 * measured and no client of its own kind. The calls are frames prepared by someone else; it knows only their lengths, and
 * that a reply is a frame of compact Thrift whose message type is the one expected.
 *
 *     load HOST PORT CONNECTIONS IN_FLIGHT MILLISECONDS FRAMES_FILE REPLY_TYPE
 *
 * As many frames go out in one write as came back in one read. Prints one line of JSON.
 *
 *     +----------------+------+--------------------+-----------
 *     | u32 length, BE | 0x82 | type << 5 | version| seqid, ...
 *     +----------------+------+--------------------+-----------
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 4, COMPACT_ID = 0x82, READ_BUFFER = 1 << 18, SUB_BUCKETS = 64, BUCKETS = 64 * SUB_BUCKETS, MAX_BATCHES = 4096 };

/* The frames twice in a row: any run of them that starts in the first half is in one piece. */
static uint8_t *frames;
static size_t frames_bytes;
static size_t *frame_ends;
static int frame_count;

static int expected_type;
static int64_t end_ns;
static long calls;
static long buckets[BUCKETS];

typedef struct {
  int frames;
  int64_t at_ns;
} Batch;

typedef struct {
  int fd;
  int next_frame;
  size_t send_position, send_bytes;
  /* What was sent together and is not all back, a ring. */
  Batch batches[MAX_BATCHES];
  unsigned first_batch, last_batch;
  int in_flight;
  /* The reply being read: its header as far as it is there, and how much of its body is still to come. */
  uint8_t header[HEADER + 2];
  int header_bytes;
  uint32_t body_left;
} Connection;

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint32_t big_endian(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

static void read_frames(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail("cannot open %s", path);
  fseek(file, 0, SEEK_END);
  frames_bytes = (size_t)ftell(file);
  rewind(file);
  frames = malloc(frames_bytes * 2);
  if (fread(frames, 1, frames_bytes, file) != frames_bytes) fail("cannot read %s", path);
  fclose(file);
  memcpy(frames + frames_bytes, frames, frames_bytes);
  frame_ends = malloc(sizeof(size_t) * (frames_bytes / HEADER + 1));
  for (size_t p = 0; p < frames_bytes; p = frame_ends[frame_count++]) frame_ends[frame_count] = p + HEADER + big_endian(frames + p);
  if (frame_ends[frame_count - 1] != frames_bytes) fail("the last frame of %s is not whole", path);
}

static int open_connection(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, host, &address.sin_addr);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("cannot connect to %s:%d: %s", host, port, strerror(errno));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

/* Sixty-four steps for each doubling: a percentile is within 1.6 %. */
static void record(int64_t ns, int count) {
  int log = 63 - __builtin_clzll((uint64_t)(ns | 1));
  int sub = log < 6 ? 0 : (int)(ns >> (log - 6)) & (SUB_BUCKETS - 1);
  buckets[log * SUB_BUCKETS + sub] += count;
}

static double percentile_us(double share) {
  long seen = 0;
  for (int i = 0; i < BUCKETS; i++) {
    seen += buckets[i];
    if (seen > share * calls) return (double)(1LL << (i / SUB_BUCKETS)) * (1 + (i % SUB_BUCKETS) / (double)SUB_BUCKETS) / 1000;
  }
  return 0;
}

static void flush(Connection *c) {
  while (c->send_bytes > 0) {
    ssize_t n = write(c->fd, frames + c->send_position, c->send_bytes);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) fail("write: %s", strerror(errno));
    c->send_position = (c->send_position + (size_t)n) % frames_bytes;
    c->send_bytes -= (size_t)n;
  }
}

/* Queues the next `count` frames as one batch and writes what the socket takes. */
static void send_batch(Connection *c, int count) {
  size_t from = c->next_frame == 0 ? 0 : frame_ends[c->next_frame - 1];
  int last = c->next_frame + count;
  size_t to = last <= frame_count ? frame_ends[last - 1] : frames_bytes + frame_ends[last - 1 - frame_count];
  c->next_frame = last % frame_count;
  c->in_flight += count;
  c->send_bytes += to - from;
  c->batches[c->last_batch++ % MAX_BATCHES] = (Batch){count, now_ns()};
  flush(c);
}

static void check_header(const Connection *c) {
  int type = c->header[HEADER + 1] >> 5;
  if (c->header[HEADER] != COMPACT_ID || type != expected_type) fail("reply begins with %02x %02x", c->header[HEADER], c->header[HEADER + 1]);
}

/* Counts the replies that end in these bytes. */
static int count_replies(Connection *c, const uint8_t *p, size_t n) {
  int replies = 0;
  while (n > 0) {
    if (c->header_bytes < HEADER + 2) {
      c->header[c->header_bytes++] = *p++;
      n--;
      if (c->header_bytes < HEADER + 2) continue;
      check_header(c);
      c->body_left = big_endian(c->header) - 2;
    }
    size_t step = c->body_left < n ? c->body_left : n;
    p += step;
    n -= step;
    c->body_left -= (uint32_t)step;
    if (c->body_left == 0) {
      c->header_bytes = 0;
      replies++;
    }
  }
  return replies;
}

static void settle(Connection *c, int replies, int64_t now) {
  c->in_flight -= replies;
  calls += replies;
  while (replies > 0) {
    Batch *oldest = &c->batches[c->first_batch % MAX_BATCHES];
    int settled = replies < oldest->frames ? replies : oldest->frames;
    record(now - oldest->at_ns, settled);
    oldest->frames -= settled;
    replies -= settled;
    if (oldest->frames == 0) c->first_batch++;
  }
}

/* Reads once. Returns 1 when the time is over and nothing is in flight. */
static int receive(Connection *c) {
  static uint8_t buffer[READ_BUFFER];
  ssize_t n = read(c->fd, buffer, sizeof buffer);
  if (n < 0 && errno == EAGAIN) return 0;
  if (n <= 0) fail("the server closed the connection");
  int replies = count_replies(c, buffer, (size_t)n);
  if (replies == 0) return 0;
  int64_t now = now_ns();
  settle(c, replies, now);
  if (now < end_ns) send_batch(c, replies);
  return c->in_flight == 0;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void drive(Connection *connections, int count) {
  int live = count, epoll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &connections[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event);
  }
  while (live > 0) {
    struct epoll_event events[64];
    int ready = epoll_wait(epoll, events, 64, 10000);
    if (ready == 0) fail("no reply for ten seconds");
    for (int i = 0; i < ready; i++) {
      Connection *c = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) flush(c);
      /* Edge-triggered, and one read takes all that a batch of small replies is; large ones need several. */
      for (long before = -1; c->in_flight > 0 && before != calls + (long)c->body_left;) {
        before = calls + (long)c->body_left;
        if (receive(c)) live--;
      }
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 8) fail("usage: load HOST PORT CONNECTIONS IN_FLIGHT MILLISECONDS FRAMES_FILE REPLY_TYPE");
  int count = atoi(argv[3]), in_flight = atoi(argv[4]);
  read_frames(argv[6]);
  expected_type = atoi(argv[7]);
  if (in_flight > frame_count) fail("%d calls in flight need as many frames, %s has %d", in_flight, argv[6], frame_count);
  Connection *connections = calloc((size_t)count, sizeof *connections);
  for (int i = 0; i < count; i++) connections[i].fd = open_connection(argv[1], atoi(argv[2]));
  int64_t begin_ns = now_ns();
  end_ns = begin_ns + atoll(argv[5]) * 1000000;
  for (int i = 0; i < count; i++) send_batch(&connections[i], in_flight);
  drive(connections, count);
  double elapsed_ms = (double)(now_ns() - begin_ns) / 1e6;
  printf("{\"calls\":%ld,\"elapsedMs\":%.3f,\"cpuSeconds\":%.6f,\"p50Us\":%.2f,\"p99Us\":%.2f}\n", calls, elapsed_ms, cpu_seconds(), percentile_us(0.5), percentile_us(0.99));
  return 0;
}
