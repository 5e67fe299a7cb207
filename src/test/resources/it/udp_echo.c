/* Sends each datagram that comes to the port given as the only argument back to where it came from. */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

int
main(int argc, char **argv)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "0")) };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0)
        return 1;
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof(from);
        char text[2048];
        ssize_t n = recvfrom(fd, text, sizeof(text), 0, (struct sockaddr *)&from, &length);

        if (n >= 0 && sendto(fd, text, (size_t)n, 0, (struct sockaddr *)&from, length) < 0)
            return 2;
    }
}
