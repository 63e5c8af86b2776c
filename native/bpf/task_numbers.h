/* SPDX-License-Identifier: (MIT OR BSD-2-Clause OR GPL-2.0-only) */
#ifndef SOCKDIAG_BPF_TASK_NUMBERS_H_
#define SOCKDIAG_BPF_TASK_NUMBERS_H_

/*
 * task->pid and task->tgid count in the initial pid namespace. The iterators visit the tasks of the reader's namespace
 * only, and every task there has a number in it, at the level of that namespace: pid->level of the
 * reader, 0 in the initial one.
 */
static __always_inline unsigned int pid_number(struct pid *pid, unsigned int level)
{
	const void *numbers = (const void *)pid + bpf_core_field_offset(struct pid, numbers);
	int number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), numbers + level * bpf_core_type_size(struct upid));
	return number;
}

static __always_inline unsigned int thread_number(struct task_struct *task, unsigned int level)
{
	return level == 0 ? (unsigned int)task->pid : pid_number(task->thread_pid, level);
}

static __always_inline unsigned int group_number(struct task_struct *task, unsigned int level)
{
	return level == 0 ? (unsigned int)task->tgid : pid_number(task->signal->pids[PIDTYPE_TGID], level);
}

#endif /* SOCKDIAG_BPF_TASK_NUMBERS_H_ */
