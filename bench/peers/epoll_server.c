/* The ceiling: one thread, epoll, keep-alive, a fixed JSON answer of 900 bytes to whatever comes. Nothing is parsed but
 * the end of the header and Content-Length. Loopback only. usage: epoll_server PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { body_bytes = 900, buffer_bytes = 8192, connections_max = 4096 };

struct connection {
    int size;
    char data[buffer_bytes];
};
static struct connection *connections[connections_max];
static char answer[1200];
static int answer_bytes;

static void make_answer(void) {
    char body[body_bytes + 1];
    memset(body, 'a', body_bytes);
    memcpy(body, "{\"access_token\":\"", 17);
    memcpy(body + body_bytes - 2, "\"}", 3);
    answer_bytes = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: %d\r\n\r\n%s",
                           body_bytes, body);
}

/* Answers every whole request in the buffer; -1: the connection is of no more use. */
static int answer_requests(int fd, struct connection *c) {
    int used = 0;
    while (used < c->size) {
        char *head = c->data + used;
        char *end = memmem(head, (size_t)(c->size - used), "\r\n\r\n", 4);
        if (end == NULL) break;
        *end = '\0';
        const char *length = strcasestr(head, "content-length:");
        *end = '\r';
        const int whole = (int)(end - head) + 4 + (length != NULL ? atoi(length + 15) : 0);
        if (c->size - used < whole) break;
        used += whole;
        if (send(fd, answer, (size_t)answer_bytes, MSG_NOSIGNAL) != answer_bytes) return -1;
    }
    memmove(c->data, c->data + used, (size_t)(c->size - used));
    c->size -= used;
    return c->size == buffer_bytes ? -1 : 0;
}

static void accept_all(int listener, int poll) {
    const int one = 1;
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        if (fd >= connections_max) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (connections[fd] == NULL) connections[fd] = malloc(sizeof *connections[fd]);
        connections[fd]->size = 0;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    make_answer();
    const int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 1024) != 0) {
        perror("epoll_server");
        return 1;
    }
    const int poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        const int count = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[i].data.fd;
            if (fd == listener) {
                accept_all(listener, poll);
                continue;
            }
            struct connection *c = connections[fd];
            const ssize_t got = recv(fd, c->data + c->size, (size_t)(buffer_bytes - c->size), 0);
            if (got < 0 && errno == EAGAIN) continue;
            if (got > 0) c->size += (int)got;
            if (got <= 0 || answer_requests(fd, c) != 0) close(fd);
        }
    }
}
