// SPDX-License-Identifier: (MIT OR BSD-2-Clause OR GPL-2.0-only)
/*
 * Walks the descriptor tables of all tasks and writes (inode, pid, tid, fd) of every socket into an array that user
 * space maps: no copy, no seq_file, no lock, no reference count. About 50 ns per descriptor.
 *
 * Kernel: 6.2 (bpf_rdonly_cast); bpf_loop is from 5.17. Needs CAP_BPF and CAP_PERFMON, and BTF.
 *
 * Why no descriptor is given to the wrong process although nothing is locked. The program runs in one RCU read-side
 * section per task. Memory that is freed and used again is met with by reading everything that leads from the task to
 * the inode number a second time, with full barriers between the readings:
 *
 *   R1  the inode number through file, for the 32 files of a block
 *   R2  the 32 slots of the block again: a slot must still hold the same file
 *   R3  files->fdt again: the array R2 read must still be the table's
 *   R4  task->files again: that table must still be the task's
 *   R5  the inode number through file again: must be equal to R1
 *
 * R4: a files_struct and its array are freed, without a grace period, by the last task that lets go of them. The task
 *     held its reference at R4, so neither had been freed before, and R2 and R3 read the task's own table.
 * R3: an outgrown array is never made current again and stays allocated until the read-side section ends. So at R2 the
 *     array was current, and slot i of the task's table did hold `file` at that moment.
 * R5: a struct file may be recycled for another opening (since 6.7 at once, SLAB_TYPESAFE_BY_RCU; before, only after
 *     the section). A socket has one struct file in its life and its number is not given out again before the 32-bit
 *     counter went round; the same number at R1 and R5 means that `file` was that socket's from R1 to R5, hence at R2.
 *
 * So at R2 descriptor i of the task was that socket. What would have to happen for a false row is a task that leaves
 * its table, joins others and gets back to a table at the same address (two calls of unshare and a clone), or a file
 * that goes through three owners with the first one reopening the socket by O_PATH, both within the reading of one
 * block. Whatever else is read (a table freed under the walk) fails one of the five readings, and the readings
 * themselves cannot fault: loads through bpf_rdonly_cast and bpf_probe_read_kernel answer 0 for unmapped memory.
 *
 * A block that fails R3 or R4 is walked again in the task's present table. A descriptor that fails R2 or R5 was closed
 * or replaced in that instant; it is counted and left out.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "kernel_types.h"
#include "owner_record.h"
#include "task_numbers.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

/*
 * `address` as a readable pointer to `type`; loads through it are fault-proof. NB: also for the context's own task. Of
 * a pointer it trusts the verifier asks at each access whether the result can be trusted too, by going through all of
 * the kernel's BTF (since 6.2): half a millisecond of loading time per access.
 */
#define KERNEL(type, address) ((type *)bpf_rdonly_cast((const void *)(address), bpf_core_type_id_kernel(type)))

/* What bpf_loop callbacks answer: go on, or end the loop. */
#define NEXT 0
#define STOP 1

#define MAX_BLOCKS (1u << 22)
#define MAX_RESTARTS 64
#define MAX_THREADS (1u << 16)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set when the object is loaded */
	__type(key, __u32);
	__type(value, struct sockdiag_owner);
} rows SEC(".maps");

/*
 * All variables of the walk, in .bss. NB: the verifier follows values on the stack through every round of nested loops,
 * values in a map it does not follow: this is what keeps its work, and so the loading time, small.
 */
struct sockdiag_walk walk;

static __always_inline void barrier_in_walk(void)
{
	__sync_fetch_and_add(&walk.barrier, 1);
}

static __always_inline __u64 files_of(__u64 task)
{
	return (__u64)KERNEL(struct task_struct, task)->files;
}

static __always_inline __u64 fdt_of(__u64 files)
{
	return (__u64)KERNEL(struct files_struct, files)->fdt;
}

static __always_inline __u64 inode_of(__u64 file)
{
	return (__u64)KERNEL(struct file, file)->f_inode;
}

/*
 * The sockfs number of an inode, 0 when it is none of those looked for, or no socket's: a socket on disk, open by O_PATH,
 * is none. The number decides first: it is in another cache line than the rest, which is then not touched.
 */
static __always_inline __u32 socket_inode(__u64 address)
{
	struct inode *inode = KERNEL(struct inode, address);
	unsigned long number = inode->i_ino;

	if (number < walk.lowest || number > walk.highest)
		return 0;
	if ((inode->i_mode & S_IFMT) != S_IFSOCK || inode->i_sb->s_magic != SOCKFS_MAGIC)
		return 0;
	return number;
}

/*
 * Two short loops, one over files and one over inodes: the cache misses of one do not depend on each other, and a short
 * body lets the processor have more of them under way. One loop over both took a fifth longer.
 */
static long read_file(__u32 index, void *unused)
{
	__u64 file;

	index &= SOCKDIAG_FD_BLOCK - 1;
	file = walk.slots[index];
	walk.addresses[index] = file ? inode_of(file) : 0;
	return NEXT;
}

static long read_inode(__u32 index, void *unused)
{
	index &= SOCKDIAG_FD_BLOCK - 1;
	walk.inodes[index] = 0;
	if (!walk.addresses[index])
		return NEXT;
	walk.inodes[index] = socket_inode(walk.addresses[index]);
	walk.sockets |= walk.inodes[index];
	return NEXT;
}

static long keep_slot(__u32 index, void *unused)
{
	struct sockdiag_owner *row;
	__u32 at;

	index &= SOCKDIAG_FD_BLOCK - 1;
	if (!walk.inodes[index])
		return NEXT;
	if (walk.again[index] != walk.slots[index] || socket_inode(inode_of(walk.slots[index])) != walk.inodes[index]) {
		walk.retracted++;
		return NEXT;
	}
	at = walk.found++;
	row = bpf_map_lookup_elem(&rows, &at);
	if (!row)
		return NEXT;
	row->inode = walk.inodes[index];
	row->pid = walk.pid;
	row->tid = walk.tid;
	row->fd = walk.block * SOCKDIAG_FD_BLOCK + index;
	return NEXT;
}

/*
 * Slots of the block up to its last open descriptor, rounded up, by the table's bitmap: most tables have room for many
 * more than are open. Kernel: a descriptor has its bit before it has its file, and loses it after.
 */
static __always_inline __u32 used_slots(void)
{
	if (!walk.open)
		return 0;
	if (!(walk.open >> 8))
		return 8;
	return walk.open >> 16 ? SOCKDIAG_FD_BLOCK : 16;
}

/* Ends the loop with walk.changed set when the table is no longer the one that was begun. */
static long walk_block(__u32 index, void *unused)
{
	const void *block = (const void *)(walk.fd + (__u64)walk.block * sizeof(walk.slots));
	const void *open = (const void *)(walk.open_fds + (__u64)walk.block * sizeof(walk.open));
	__u32 used;

	walk.changed = 1;
	if (bpf_probe_read_kernel(&walk.open, sizeof(walk.open), open))
		return STOP;
	barrier_in_walk();
	if (files_of(walk.task) != walk.files || fdt_of(walk.files) != walk.fdt)
		return STOP;
	walk.sockets = 0;
	used = used_slots();
	if (used && bpf_probe_read_kernel(walk.slots, sizeof(walk.slots), block))
		return STOP;
	bpf_loop(used, read_file, NULL, 0);
	bpf_loop(used, read_inode, NULL, 0);
	if (walk.sockets) {
		barrier_in_walk();
		if (bpf_probe_read_kernel(walk.again, sizeof(walk.again), block))
			return STOP;
		barrier_in_walk();
		if (fdt_of(walk.files) != walk.fdt)
			return STOP;
		barrier_in_walk();
		if (files_of(walk.task) != walk.files)
			return STOP;
		bpf_loop(used, keep_slot, NULL, 0);
	}
	walk.changed = 0;
	walk.block++;
	return NEXT;
}

/* From walk.block to the end of the task's present table. Is called again when that changed in between. */
static long walk_table(__u32 restart, void *unused)
{
	struct fdtable *fdt;
	__u32 blocks;

	walk.changed = 0;
	walk.files = files_of(walk.task);
	if (!walk.files)
		return STOP;
	walk.fdt = fdt_of(walk.files);
	fdt = KERNEL(struct fdtable, walk.fdt);
	walk.fd = (__u64)fdt->fd;
	walk.open_fds = (__u64)fdt->open_fds;
	blocks = fdt->max_fds / SOCKDIAG_FD_BLOCK;
	if (walk.block >= blocks)
		return STOP;
	blocks -= walk.block;
	bpf_loop(blocks < MAX_BLOCKS ? blocks : MAX_BLOCKS, walk_block, NULL, 0);
	return walk.changed ? NEXT : STOP;
}

/*
 * Ends at the task itself, or at a thread before it in the group that has the same table. Kernel: `next` is the first
 * member of a list_head. NB: not named by its type: each type named is looked for in all of the kernel's BTF, at 0.5 ms,
 * whenever another one of its slot in the kernel's cache of 31 was looked for since, and that of `inode` is the same.
 */
static long find_sharer(__u32 index, void *unused)
{
	__u64 other = walk.node - bpf_core_field_offset(struct task_struct, thread_node);

	if (!walk.node || other == walk.task)
		return STOP;
	if (files_of(other) == walk.files) {
		walk.shared = 1;
		return STOP;
	}
	if (bpf_probe_read_kernel(&walk.node, sizeof(walk.node), (const void *)walk.node))
		return STOP;
	return NEXT;
}

/*
 * Whether the table of this thread, which is not a leader, is shown by another: the leader shows its own, the first
 * thread of the group that has it shows every other (unshare(CLONE_FILES), or a leader that has exited and has none).
 */
static __always_inline int shown_elsewhere(struct task_struct *task)
{
	walk.files = (__u64)task->files;
	if (!walk.files || walk.files == (__u64)task->group_leader->files)
		return 1;
	walk.shared = 0;
	walk.node = (__u64)task->signal->thread_head.next;
	bpf_loop(MAX_THREADS, find_sharer, NULL, 0);
	return walk.shared;
}

SEC("iter/task")
int walk_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task;
	unsigned int level;

	walk.task = (__u64)ctx->task;
	if (!walk.task)
		return 0;
	task = KERNEL(struct task_struct, walk.task);
	if (task->flags & PF_KTHREAD)
		return 0;
	if (walk.by_user && KERNEL(struct cred, task->cred)->euid.val != walk.user)
		return 0;
	if (task->pid == task->tgid)
		walk.groups++;
	else if (shown_elsewhere(task))
		return 0;
	level = KERNEL(struct task_struct, bpf_get_current_task())->thread_pid->level;
	walk.pid = group_number(task, level);
	walk.tid = thread_number(task, level);
	walk.block = 0;
	walk.tables++;
	bpf_loop(MAX_RESTARTS, walk_table, NULL, 0);
	if (walk.changed)
		walk.abandoned++;
	return 0;
}
