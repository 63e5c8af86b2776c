/* SPDX-License-Identifier: (MIT OR BSD-2-Clause OR GPL-2.0-only) */
#ifndef SOCKDIAG_BPF_TASK_NUMBERS_H_
#define SOCKDIAG_BPF_TASK_NUMBERS_H_

/*
 * task->pid and task->tgid count in the initial pid namespace. The iterators visit the tasks of the reader's namespace
 * only, and every task there has a number in it, at the level of that namespace: pid->level of the
 * reader, 0 in the initial one.
 */
/* `pid` is the address of a struct pid as a plain number: the verifier (6.1) does no sums with pointers it knows. */
static __always_inline unsigned int pid_number(__u64 pid, unsigned int level)
{
	int number = 0;

	pid += bpf_core_field_offset(struct pid, numbers) + (__u64)level * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(&number, sizeof(number), (const void *)pid);
	return number;
}

static __always_inline unsigned int thread_number(struct task_struct *task, unsigned int level)
{
	__u64 pid = 0;

	if (level == 0)
		return task->pid;
	bpf_core_read(&pid, sizeof(pid), &task->thread_pid);
	return pid_number(pid, level);
}

static __always_inline unsigned int group_number(struct task_struct *task, unsigned int level)
{
	__u64 pid = 0;

	if (level == 0)
		return task->tgid;
	bpf_core_read(&pid, sizeof(pid), &task->signal->pids[PIDTYPE_TGID]);
	return pid_number(pid, level);
}

#endif /* SOCKDIAG_BPF_TASK_NUMBERS_H_ */
