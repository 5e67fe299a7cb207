/* Says as whom it runs and whether he may ping without a capability, and stays. */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
    printf("%d %d %s\n", (int)getuid(), (int)geteuid(), socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) < 0 ? "may not ping" : "may ping");
    fflush(stdout);
    return pause();
}
