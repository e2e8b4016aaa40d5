/*
 * A broker that reads and acknowledges, and does nothing else: so that a publisher is measured, and not the broker.
 *
 * MQTT 3.1.1 and 5, QoS 0 and 1, any number of connections, one thread. It listens on a free loopback port, which is the first line of the
 * standard output. Each line of the standard input is answered with what has been counted; the end of the input ends the process.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT = 1, PUBLISH = 3, SUBSCRIBE = 8, UNSUBSCRIBE = 10, PINGREQ = 12 };
enum {
    RECEIVED = 1 << 18, /* bytes of one read */
    ANSWERS = 2 * RECEIVED, /* no packet has an answer of more than twice its size */
    EVENTS = 256,
    BACKLOG = 4096
};

/* What is not read or not written yet is kept apart, so that an idle connection takes these bytes only. */
struct client {
    uint8_t *rest; /* the beginning of a packet */
    size_t rest_size;
    uint8_t *unsent;
    size_t unsent_size;
    int is_open, is_version5;
};

static struct client *clients; /* by descriptor */
static int epoll;
static uint8_t input[RECEIVED], answers[ANSWERS];
static size_t answers_size;
static long long connections, published, bytes, first_nanos, last_nanos;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void watch(int operation, int descriptor, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    if (epoll_ctl(epoll, operation, descriptor, &event) < 0)
        fail("epoll_ctl");
}

static void end(int descriptor)
{
    struct client *client = &clients[descriptor];
    connections -= client->is_open;
    free(client->rest);
    free(client->unsent);
    memset(client, 0, sizeof *client);
    close(descriptor);
}

static void answer(const uint8_t *packet, size_t size)
{
    memcpy(answers + answers_size, packet, size);
    answers_size += size;
}

/* Returns 0 if the connection is to be ended. */
static int handle(struct client *client, uint8_t header, const uint8_t *body, size_t size)
{
    switch (header >> 4) {
    case PUBLISH: {
        if (!(header & 1)) /* Retained messages are no readings: they are `online` and `offline`. */
            published++;
        if (!(header & 6))
            return 1;
        size_t id = size < 2 ? size : 2 + ((size_t) body[0] << 8 | body[1]);
        if ((header & 6) != 2 || id + 2 > size)
            return 0;
        answer((uint8_t[]) {0x40, 2, body[id], body[id + 1]}, 4);
        return 1;
    }
    case CONNECT:
        if (size < 7 || client->is_open)
            return 0;
        client->is_version5 = body[6] == 5;
        client->is_open = 1;
        connections++;
        answer((uint8_t[]) {0x20, 2 + client->is_version5, 0, 0, 0}, 4 + client->is_version5);
        return 1;
    case SUBSCRIBE:
    case UNSUBSCRIBE: /* of one filter */
        if (size < 2)
            return 0;
        answer((uint8_t[]) {(header >> 4 == SUBSCRIBE ? 0x90 : 0xb0), 3 + client->is_version5, body[0], body[1], 0, 0}, 5 + client->is_version5);
        return 1;
    case PINGREQ:
        answer((uint8_t[]) {0xd0, 0}, 2);
        return 1;
    default:
        return 0;
    }
}

/* Returns the bytes of the packets that are whole, or -1 if the connection is to be ended. */
static ssize_t handle_all(struct client *client, size_t size)
{
    size_t start = 0;
    for (;;) {
        size_t length = 0, at = start + 1;
        int shift = 0;
        do {
            if (at >= size)
                return start;
            length |= (size_t) (input[at] & 0x7f) << shift;
            shift += 7;
        } while (input[at++] > 0x7f && shift < 28);
        if (length > RECEIVED / 2)
            return -1;
        if (at + length > size)
            return start;
        if (!handle(client, input[start], input + at, length))
            return -1;
        start = at + length;
    }
}

static void receive(int descriptor)
{
    struct client *client = &clients[descriptor];
    memcpy(input, client->rest, client->rest_size);
    ssize_t count = read(descriptor, input + client->rest_size, RECEIVED - client->rest_size);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        end(descriptor);
        return;
    }
    size_t size = client->rest_size + count;
    long long before = published;
    answers_size = 0;
    ssize_t whole = handle_all(client, size);
    if (whole < 0) {
        end(descriptor);
        return;
    }
    bytes += count;
    if (published > before) {
        last_nanos = now();
        if (!before)
            first_nanos = last_nanos;
    }
    free(client->rest);
    client->rest = NULL;
    client->rest_size = size - whole;
    if (client->rest_size) {
        client->rest = malloc(client->rest_size);
        memcpy(client->rest, input + whole, client->rest_size);
    }
    ssize_t sent = answers_size ? send(descriptor, answers, answers_size, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    if (sent < 0 && errno == EAGAIN)
        sent = 0;
    if (sent < 0) {
        end(descriptor);
        return;
    }
    if ((size_t) sent < answers_size) { /* Nothing is read until it is sent. */
        client->unsent_size = answers_size - sent;
        client->unsent = malloc(client->unsent_size);
        memcpy(client->unsent, answers + sent, client->unsent_size);
        watch(EPOLL_CTL_MOD, descriptor, EPOLLOUT);
    }
}

static void send_unsent(int descriptor)
{
    struct client *client = &clients[descriptor];
    ssize_t sent = send(descriptor, client->unsent, client->unsent_size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN)
        return;
    if (sent < 0) {
        end(descriptor);
        return;
    }
    client->unsent_size -= sent;
    memmove(client->unsent, client->unsent + sent, client->unsent_size);
    if (!client->unsent_size) {
        free(client->unsent);
        client->unsent = NULL;
        watch(EPOLL_CTL_MOD, descriptor, EPOLLIN);
    }
}

static void say_counts(void)
{
    char line[256];
    ssize_t count = read(STDIN_FILENO, line, sizeof line);
    if (count <= 0)
        exit(0);
    for (ssize_t i = 0; i < count; i++)
        if (line[i] == '\n')
            printf("%lld %lld %lld %lld %lld\n", connections, published, bytes, first_nanos, last_nanos);
    fflush(stdout);
}

int main(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        fail("getrlimit");
    clients = calloc(files.rlim_cur, sizeof *clients);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (!clients || server < 0 || bind(server, (struct sockaddr *) &address, size) < 0 || listen(server, BACKLOG) < 0
            || getsockname(server, (struct sockaddr *) &address, &size) < 0)
        fail("null_broker");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    epoll = epoll_create1(0);
    watch(EPOLL_CTL_ADD, server, EPOLLIN);
    watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN);
    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, -1);
        if (count < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == STDIN_FILENO) {
                say_counts();
            } else if (descriptor == server) {
                int client = accept4(server, NULL, NULL, SOCK_NONBLOCK);
                if (client < 0 && errno != EAGAIN && errno != ECONNABORTED)
                    fail("accept");
                if (client >= 0) {
                    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &(int) {1}, sizeof(int));
                    watch(EPOLL_CTL_ADD, client, EPOLLIN);
                }
            } else if (clients[descriptor].unsent) {
                send_unsent(descriptor);
            } else {
                receive(descriptor);
            }
        }
    }
}
