// SPDX-License-Identifier: (MIT OR BSD-2-Clause OR GPL-2.0-only)
/*
 * One record per open socket descriptor, through the seq_file of the task_file iterator: ten times the cost of
 * fd_walk.bpf.c, for kernels without bpf_rdonly_cast (before 6.2).
 *
 * The iterator holds a reference to the table and to the file it shows; there is nothing to check. It leaves out the
 * threads that have their leader's table (since 5.10), but shows the table of a group whose leader has exited once per
 * thread: user space keeps one of each by `files`.
 *
 * Kernel: 5.17 (relocation in the kernel; the iterator itself is from 5.8). Needs CAP_BPF and CAP_PERFMON, and BTF.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "kernel_types.h"
#include "owner_record.h"
#include "task_numbers.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("iter/task_file")
int show_file(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct sockdiag_file_record record = {};
	struct inode *inode;
	unsigned int level;

	if (!task || !file || task->flags & PF_KTHREAD)
		return 0;
	inode = file->f_inode;
	if ((inode->i_mode & S_IFMT) != S_IFSOCK || inode->i_sb->s_magic != SOCKFS_MAGIC)
		return 0;
	level = bpf_get_current_task_btf()->thread_pid->level;
	record.owner.inode = inode->i_ino;
	record.owner.pid = group_number(task, level);
	record.owner.tid = thread_number(task, level);
	record.owner.fd = ctx->fd;
	record.files = (__u64)task->files;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
