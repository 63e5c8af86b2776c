/* SPDX-License-Identifier: (MIT OR BSD-2-Clause OR GPL-2.0-only) */
/*
 * The few kernel structures the programs here look into, with the few fields they read. Not a copy of any kernel:
 * with preserve_access_index every access is recorded by name, and the loading kernel puts in the offset its own BTF
 * gives (CO-RE). A field that this kernel lacks makes the load fail, never a read go astray.
 */
#ifndef SOCKDIAG_BPF_KERNEL_TYPES_H_
#define SOCKDIAG_BPF_KERNEL_TYPES_H_

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
	struct list_head *next;
};

struct upid {
	int nr;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct super_block {
	unsigned long s_magic;
};

struct inode {
	unsigned short i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
};

struct file {
	struct inode *f_inode;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *open_fds;
};

struct files_struct {
	struct fdtable *fdt;
};

struct signal_struct {
	struct list_head thread_head;
	struct pid *pids[4];
};

typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t euid;
};

struct task_struct {
	unsigned int flags;
	int pid;
	int tgid;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct list_head thread_node;
	struct files_struct *files;
	struct signal_struct *signal;
	const struct cred *cred;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	unsigned int fd;
	struct file *file;
};

#pragma clang attribute pop

/* include/linux/sched.h: a task of the kernel's own. */
#define PF_KTHREAD 0x00200000
/* include/linux/pid.h: index of the thread group's pid in signal_struct.pids, since 4.19. */
#define PIDTYPE_TGID 1
/* include/uapi/linux/stat.h, include/uapi/linux/magic.h */
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define SOCKFS_MAGIC 0x534F434B

#endif /* SOCKDIAG_BPF_KERNEL_TYPES_H_ */
