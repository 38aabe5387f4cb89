// An endpoint on loopback that takes whatever it is sent and keeps nothing: the same for every client that is measured.
// It prints the port it listens on. A thread serves each connection; bodies are dropped in the kernel (MSG_TRUNC).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int answer(int socket, const char *type, const char *body) {
    char head[512];
    int length = snprintf(head, sizeof head,
                          "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nETag: \"d41d8cd98f00b204e9800998ecf8427e\"\r\n"
                          "x-amz-request-id: sink\r\nContent-Length: %zu\r\n\r\n%s",
                          type, strlen(body), strlen(body) < 300 ? body : "");
    if (strlen(body) < 300) return send(socket, head, length, MSG_NOSIGNAL) == length;
    return send(socket, head, length, MSG_NOSIGNAL | MSG_MORE) == length &&
           send(socket, body, strlen(body), MSG_NOSIGNAL) == (ssize_t)strlen(body);
}

static const char *importVolume =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ImportVolumeResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId>"
    "<conversionTask><conversionTaskId>import-vol-fh95npoc</conversionTaskId>"
    "<expirationTime>2026-12-22T12:01:00.000Z</expirationTime><importVolume><bytesConverted>0</bytesConverted>"
    "<availabilityZone>us-east-1c</availabilityZone><description>d</description><image><format>VMDK</format>"
    "<size>128696320</size><importManifestUrl>https://b.s3.amazonaws.com/m.xml</importManifestUrl></image>"
    "<volume><size>8</size></volume></importVolume><state>active</state><statusMessage>Pending</statusMessage>"
    "</conversionTask></ImportVolumeResponse>";

static void *serve(void *argument) {
    int socket = (int)(long)argument, yes = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    size_t capacity = 256 << 10, used = 0;
    char *buffer = malloc(capacity + 1);
    for (;;) {
        char *end = NULL;
        while (buffer[used] = 0, !(end = memmem(buffer, used, "\r\n\r\n", 4))) {
            ssize_t count = used < capacity ? recv(socket, buffer + used, capacity - used, 0) : 0;
            if (count <= 0) goto done;
            used += count;
        }
        *end = 0;
        size_t head = end + 4 - buffer;
        long long left = 0;
        char *field = strcasestr(buffer, "\r\ncontent-length:");
        if (field) left = atoll(field + 17);
        char *line = strstr(buffer, "\r\n");
        if (line) *line = 0;
        int isPost = !strncmp(buffer, "POST", 4);
        int begins = isPost && strstr(buffer, "?uploads"), completes = isPost && strstr(buffer, "uploadId=");
        if (line) *line = '\r';
        if (strcasestr(buffer, "\r\nexpect: 100-continue")) send(socket, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
        size_t extra = used - head;
        if ((long long)extra > left) extra = left;
        left -= extra;
        memmove(buffer, buffer + head + extra, used - head - extra);
        used -= head + extra;
        while (left > 0) {
            ssize_t count = recv(socket, NULL, left < 1 << 20 ? left : 1 << 20, MSG_TRUNC);
            if (count <= 0) goto done;
            left -= count;
        }
        const char *body =
            begins ? "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            : completes ? "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>"
            : isPost ? importVolume : "";
        if (!answer(socket, "text/xml", body)) break;
    }
done:
    free(buffer);
    close(socket);
    return NULL;
}

int main(void) {
    // It ends with whoever started it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 256) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        pthread_t thread;
        if (connection >= 0 && !pthread_create(&thread, NULL, serve, (void *)(long)connection)) pthread_detach(thread);
    }
}
