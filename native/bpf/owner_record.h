/* SPDX-License-Identifier: (MIT OR BSD-2-Clause OR GPL-2.0-only) */
/* What the BPF programs hand to user space. Included by both sides. */
#ifndef SOCKDIAG_BPF_OWNER_RECORD_H_
#define SOCKDIAG_BPF_OWNER_RECORD_H_

#include <linux/types.h>

/* Descriptors looked at together. Kernel: the size of a descriptor table is a multiple of BITS_PER_LONG. */
#define SOCKDIAG_FD_BLOCK 32

/* One element of the map `rows`. The table is the leader's when tid == pid. */
struct sockdiag_owner {
	__u32 inode;
	__u32 pid;
	__u32 tid;
	__u32 fd;
};

/* The variables of the walk: what it is told, what it counts, and then what only the walk itself uses. */
struct sockdiag_walk {
	/* Only sockets with inodes in this range; and, where the flag is set, only tasks of this effective user. */
	__u32 lowest;
	__u32 highest;
	__u32 user;
	__u32 by_user;

	/* Rows found; more than the map `rows` has elements when that was too small. */
	__u64 found;
	/* Thread groups and tables visited. */
	__u64 groups;
	__u64 tables;
	/* Descriptors whose table changed while they were read, and tables given up after changing too often. */
	__u64 retracted;
	__u64 abandoned;

	/*
	 * The block at hand: its file pointers, the same read again, the addresses of their inodes, the numbers of those
	 * that are sockets (0 = none).
	 */
	__u64 slots[SOCKDIAG_FD_BLOCK];
	__u64 again[SOCKDIAG_FD_BLOCK];
	__u64 addresses[SOCKDIAG_FD_BLOCK];
	__u32 inodes[SOCKDIAG_FD_BLOCK];
	/* The table at hand; kernel addresses as numbers. */
	__u64 task;
	__u64 files;
	__u64 fdt;
	__u64 fd;
	__u64 open_fds;
	/* A place in the group's list of threads. */
	__u64 node;
	/* Only there to be added to: a BPF atomic that returns a value is a full memory barrier. */
	__u64 barrier;
	__u32 block;
	/* Bits of the block's open descriptors. NB: two blocks to a word, the lower one first: little-endian. */
	__u32 open;
	__u32 pid;
	__u32 tid;
	/* Flags: the block has a socket, the table changed, the table is shown by another thread. */
	__u32 sockets;
	__u32 changed;
	__u32 shared;
};

/* One record of the task_file iterator. `files` is the kernel's address of the table: equal = same table. */
struct sockdiag_file_record {
	struct sockdiag_owner owner;
	__u64 files;
};

#endif /* SOCKDIAG_BPF_OWNER_RECORD_H_ */
