/** net/tcp_states.h: the numbers of `inet_diag_msg.idiag_state` and of column `st` in /proc/net/tcp. */
export const TCP_ESTABLISHED = 1;
export const TCP_SYN_SENT = 2;
export const TCP_SYN_RECV = 3;
export const TCP_FIN_WAIT1 = 4;
export const TCP_FIN_WAIT2 = 5;
export const TCP_TIME_WAIT = 6;
export const TCP_CLOSE = 7;
export const TCP_CLOSE_WAIT = 8;
export const TCP_LAST_ACK = 9;
export const TCP_LISTEN = 10;
export const TCP_CLOSING = 11;
/** Request mask only: a request socket; answers say TCP_SYN_RECV. */
export const TCP_NEW_SYN_RECV = 12;
/** Request mask only, kernel >= 6.8: bound, neither listening nor connected; answers say TCP_CLOSE. */
export const TCP_BOUND_INACTIVE = 13;

/** Every state procfs shows. NB: bit 13 is left out on purpose, it adds rows procfs never has and costs a walk. */
export const TCPF_ALL = 0x1ffe;
export const TCPF_LISTEN: number = 1 << TCP_LISTEN;
export const TCPF_CLOSE: number = 1 << TCP_CLOSE;
export const TCPF_ESTABLISHED: number = 1 << TCP_ESTABLISHED;
export const TCPF_BOUND_INACTIVE: number = 1 << TCP_BOUND_INACTIVE;
