/** linux/inet_diag.h: operations of INET_DIAG_REQ_BYTECODE. */
export const INET_DIAG_BC_NOP = 0;
export const INET_DIAG_BC_JMP = 1;
export const INET_DIAG_BC_S_GE = 2;
export const INET_DIAG_BC_S_LE = 3;
export const INET_DIAG_BC_D_GE = 4;
export const INET_DIAG_BC_D_LE = 5;
export const INET_DIAG_BC_AUTO = 6;
export const INET_DIAG_BC_S_COND = 7;
export const INET_DIAG_BC_D_COND = 8;
/** Kernel: since 4.2. */
export const INET_DIAG_BC_DEV_COND = 9;
/** Kernel: since 4.6; EPERM without CAP_NET_ADMIN. */
export const INET_DIAG_BC_MARK_COND = 10;
/** Kernel: since 5.10. */
export const INET_DIAG_BC_S_EQ = 11;
export const INET_DIAG_BC_D_EQ = 12;
/** Kernel: since 5.9. */
export const INET_DIAG_BC_CGROUP_COND = 13;

/** sizeof(struct inet_diag_bc_op): code u8, yes u8, no u16. */
export const OP_SIZE = 4;
