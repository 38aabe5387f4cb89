#!/usr/bin/env python3
"""Explicit-state check of ferry's claims, as they are built: README.md says what differs from the first model.

Usage: claims.py [KIND...]     (kinds: WRITTEN REPAIRED UNCOVERED LISTING HIGHER MUTANT WALK; all by default)

One import; time is integer and relative (every age is capped, so the graph is finite without a bound on time).
state = (claim, tasks, calls, puts, budgets, procs)
  claim  None | (content, age)        content = (nonce, generation, attempt, phase, task); ETag == content
  tasks  ((generation, attempt, state, age, endage, tagage), ...)      state a(ctive) c(ompleted) x(cancelled)
  calls  ImportVolume requests still in the network: (generation, attempt, age of the signature)
  puts   conditional claim PUTs still in the network: (expected content | None, content, age of the request)
  procs  (pc, arg, sig, called, task, dead, generation, life, k, journal, listing)
listing = age of the process's last listing of tasks and tagged volumes that showed nothing (cfg.lacap: none, too old; + 100: found
young enough when the PUT was sent).
budgets end with (copied, gc runs left, DELETEs of gc still in the network ((expected content | None, age), ...), lost tags).
nonce = process*100 + life*10 + k, so nonces never collide and say which life of which process wrote them.
"nonce journaled, PUT sent" is one step (a crash between the two equals a PUT that never arrives); so is
"intent journaled, call sent", except with cfg.split. A paused process is one that takes no step."""
import random, sys, time
from multiprocessing import Pool

NONE, INF = -1, 99
TERMINAL = {'done', 'ct', 'stop', 'dead', 'absent'}     # ct: cannot tell; dead: crashed, may restart


class Cfg:                   # the defaults are the repaired design
    V = 2; L = 2             # signature validity, list consistency
    n = 2                    # processes
    gens = (1, 1, 1)         # generation each process wants (2: --replace)
    lin = (0, 1, 2)          # lineage of each process
    own = 'life'             # journal: nonce in own journal | life: written by this very process | lineage
    reconcile = 'takeover'   # own unknown outcome: L | VL (since the claim write) | takeover (as a foreign claim)
    wait = None              # takeover when Date - Last-Modified >= wait; None: V + L + margin (1)
    lag = 1                  # EC2's clock behind S3's
    late = 0                 # Date of a PUT's answer after Last-Modified of the object
    R = INF                  # retention after a task ended
    guard = None             # takeover only if the listing was over before this age of the claim, else "cannot tell"
    sign = 'claim'           # claim | local | getdate (read-back signs with the Date of the GET)
    resign = False; same = False; delete = False; nolist = False; taketask = False; lateintent = False
    guardfirst = False; relunknown = False; noifmatch = False
    attempt = True           # a task id goes into a claim only if its marker's attempt is the claim's
    crash = 1; copy = 0; fork = 0; restore = False; lost = 2; cancel = 0; reject = 0; gc = False
    listage = NONE           # A: a claim that I created may rely on a listing at most this much older than the write
    gcage = None             # G: gc deletes claims settled at least this long
    reuse = 'create'         # who may rely on an older listing: create | raise (also a raised generation) | own | take
    measure = 'write'        # age of the listing at the claim's Last-Modified | send (when the PUT is sent)
    delcond = True           # gc: DELETE with If-Match
    tags = True              # gc: only if a listing shows the volume's tags
    notag = 0                # settled volumes whose tags are gone at once
    refresh = False          # listings for other imports, at any time
    higher = 'wait'          # a claim of a higher generation without a live task: wait, then take its generation | raise (take its
                             # generation immediately) | free (replace it with the own generation)
    split = False; fence = False; maxk = 3; maxatt = 3; planlist = False; absent = ()

    def __init__(self, **kw):
        assert all(hasattr(Cfg, a) for a in kw), kw
        vars(self).update(kw)
        self.ev = self.V + self.lag                    # a call takes effect at most this long after its signature
        self.wait = self.V + self.L + 1 if self.wait is None else self.wait
        self.cap = max(self.wait, self.guard or 0, self.ev) + 1
        self.gcage = self.cap if self.gcage is None else self.gcage
        self.lacap = max(self.listage, 0) + self.cap
        self.fresh = 0 if self.listage >= 0 else self.lacap


def initial(c):
    procs = tuple(('absent' if i in c.absent else 'plan' if c.planlist else 'read', None, NONE, NONE, NONE, 0,
                   c.gens[i], 0, 0, (), c.lacap) for i in range(c.n))
    return (None, (), (), (), (c.crash, c.copy, c.lost, c.cancel, c.reject, 0, int(c.gc), (), c.notag), procs)


def duplicate(s):
    live = [t[0] for t in s[1] if t[2] != 'x']
    return len(live) > len(set(live))


def seen(c, tasks, gen):
    """Possible results of one listing of tasks and tagged volumes: a task's index, or None."""
    may = {None}
    for i, (g, a, st, age, end, tag) in enumerate(tasks):
        if g == gen and st != 'x' and (end < INF and age >= c.L or tag >= c.L):
            return {i}
        if g == gen and st != 'x' and (end < INF or tag >= 0):
            may.add(i)
    return may


def found(c, tasks, low, high):
    """Possible results of one listing for all generations from low to high: the highest counts."""
    may = set()
    for gen in range(high, low - 1, -1):
        result = seen(c, tasks, gen)
        may |= result - {None}
        if None not in result:
            return may
    return may | {None}


def put(p, purpose, cond, att, task=NONE, pc='put'):
    return (pc, (purpose, cond, att, task)) + p[2:]


def adopt(c, p, i, cont, tasks):
    """A listing has shown task i: write it into the claim, if it is the claim's attempt, and follow it."""
    q = p[:4] + (i, p[5], tasks[i][0]) + p[7:]
    own = tasks[i][0] == cont[1] and (not c.attempt or tasks[i][1] == cont[2])
    return put(q, 'res', cont, cont[2], i) if own else ('follow', i) + q[2:]


def recent(c, la, age=0):
    """May a claim that was written age ago rely on the listing that is la old?"""
    return la >= 100 or age < c.cap and la - age <= c.listage


def classify(c, pid, p, claim, tasks):
    """What a process does with the claim it has just read."""
    pc, arg, sig, called, task, dead, gen, life, k, jr, la = p
    if claim is None:
        return ('follow', task) + p[2:] if task >= 0 else put(p, 'claim', None, 1)
    cont, age = claim
    n, g, att, ph, t = cont
    if g < gen:
        return put(p, 'claim', cont, att + 1)
    if g > gen:
        if task >= 0:
            return ('follow', task) + p[2:]
        if c.higher == 'wait':
            is_live = t >= 0 and not dead >> t & 1
            return ('follow', t) + p[2:6] + (g,) + p[7:] if is_live else ('wait', cont, NONE) + p[3:]
        if c.higher == 'raise':
            p = p[:5] + (0, g) + p[7:]
    if t >= 0:
        return put(p, 'claim', cont, att + 1) if dead >> t & 1 else ('follow', t) + p[2:]
    if task >= 0:
        return adopt(c, p, task, cont, tasks)
    if ph == 'r':
        return put(p, 'claim', cont, att + 1)
    if n // 10 == pid * 10 + life:
        age = 0 if c.sign == 'getdate' else min(age, c.cap)
        pc2 = 'call' if recent(c, la, claim[1]) and (att == 1 or c.reuse == 'raise') else 'list'     # att 1: created
        return put(p, 'claim', cont, att) if n == called else (pc2, cont, age) + p[3:]
    if (c.own == 'journal' and ('N', n) in jr) or (c.own == 'lineage' and c.lin[n // 100] == c.lin[pid]):
        return ('unk', (cont, 0), min(age, c.cap)) + p[3:] if ('I', n) in jr else put(p, 'claim', cont, att + 1)
    return ('wait', cont, NONE) + p[3:]


def step(c, s, pid):
    """Yields (words, next state, is a fault)."""
    claim, tasks, calls, puts, bud, procs = s
    p = procs[pid]
    pc, arg, sig, called, task, dead, gen, life, k, jr, la = p
    lost, me = bud[2], 'P%d ' % pid

    def out(q, claim=claim, tasks=tasks, calls=calls, puts=puts, lose=0, rej=0, bud=bud):
        b = bud if not (lose or rej) else bud[:2] + (bud[2] - lose, bud[3], bud[4] - rej) + bud[5:]
        q = q if q[0] not in TERMINAL else (q[0], None, NONE, NONE, NONE, 0, q[6], q[7], q[8], q[9] if bud[1] else (), c.lacap)
        return (claim, tasks, calls, puts, b, procs[:pid] + (q,) + procs[pid + 1:])

    fenced = c.fence and pid == 0 and bud[5]
    if pc == 'plan':
        for i in seen(c, tasks, gen):
            q = ('read', None) + p[2:10] + (c.fresh,) if i is None else ('follow', i) + p[2:]
            yield me + 'plans: lists task %s' % i, out(q), False
        return
    if c.refresh and pc in ('read', 'wait') and la != c.fresh and None in seen(c, tasks, gen):
        yield me + 'lists for another import: nothing', out(p[:10] + (c.fresh,)), False
    if pc == 'read' or pc in ('wait', 'tget') and (claim is None or claim[0] != (arg if pc == 'wait' else arg[1])):
        yield me + 'reads the claim: %s' % say(claim), out(classify(c, pid, p, claim, tasks)), False
    elif pc == 'put':
        purpose, cond, att, t = arg
        if purpose == 'claim' and (k >= c.maxk or att > c.maxatt) or fenced:
            yield me + ('stops (fenced)' if fenced else 'gives up (renewals bounded)'), out(('stop',) + p[1:]), False
            return
        if c.delete and purpose in ('rel', 'set'):
            ok = claim is not None and claim[0] == cond
            q = ('done' if purpose == 'set' else 'stop',) + p[1:]
            yield me + 'deletes the claim', out(q, claim=None if ok else claim), False
            return
        k2 = k + (purpose == 'claim')            # other writes differ by phase and task: their ETag is new anyway
        nonce = pid * 100 + life * 10 + k2
        if c.same and purpose == 'claim' and cond and cond[0] // 10 == pid * 10 + life:
            nonce, k2 = cond[0], k
        new = (nonce, gen, att, {'claim': 'c', 'res': 't', 'set': 's', 'rel': 'r'}[purpose], t)
        jr2 = jr + ((('N', nonce),) if c.own == 'journal' else ()) + (
            (('R', t),) if purpose == 'res' and ('R', t) not in jr else ())
        if purpose == 'claim':
            la %= 100
            old = recent(c, la) and (cond is None or c.reuse == 'raise')
            la += 100 * (old and c.measure == 'send')                # measured now, not when the write takes effect
            pc2 = 'list' if (cond is None or cond[1] < gen) and not c.nolist and not old else 'intent' if c.split else 'call'
            q = (pc2, new, -c.late, called, NONE, dead, gen, life, k2, jr2, la)
        elif purpose == 'res':
            q = ('follow', t, NONE, called, t, dead, gen, life, k2, jr2, la)
        else:
            q = ('done' if purpose == 'set' else 'stop', None, NONE, called, task, dead, gen, life, k2, jr2, la)
        bad = ('stop' if purpose == 'rel' else 'read', None, NONE, called, task, dead, gen, life, k2, jr2, la)
        what = 'PUT claim %s%s %s' % ({'claim': '', 'res': 'with task %d' % t, 'set': 'settled', 'rel': 'released'}[purpose],
                                      ' (nonce %d)' % nonce, 'If-None-Match' if cond is None else 'If-Match')
        if (claim is None) if cond is None else (c.noifmatch or claim is not None and claim[0] == cond):
            yield me + what + ': 200', out(q, claim=(new, 0)), False
            if lost:
                yield me + what + ': done, answer lost', out(bad, claim=(new, 0), lose=1), True
        else:
            yield me + what + ': 412', out(bad), False
        if lost and len(puts) < 1:
            yield me + what + ': no answer, in the network', out(bad, puts=puts + ((cond, new, 0),), lose=1), True
    elif pc in ('list', 'tlist') or pc == 'unk' and (arg[1] >= c.L if c.reconcile == 'L' else sig >= c.wait):
        cont = arg[0] if pc == 'unk' else arg
        for i in found(c, tasks, gen, max(gen, cont[1])):
            if i is not None:
                q = adopt(c, p, i, cont, tasks)
            elif pc == 'list':
                q = ('intent' if c.split else 'call',) + p[1:10] + (c.fresh,)
            else:
                raised = p[:6] + (max(gen, cont[1]) if c.higher == 'wait' else gen,) + p[7:10] + (c.fresh,)
                q = put(raised, 'claim', cont, cont[2] + 1, pc='tget' if pc == 'tlist' and c.guard and not c.guardfirst else 'put')
            yield me + 'lists: ' + ('nothing' if i is None else 'sees task %d, adopts it' % i), out(q), False
    elif pc == 'intent':
        q = ('stop',) + p[1:] if fenced else ('call',) + p[1:9] + (jr + (('I', arg[0]),), la)
        yield me + ('is fenced: stops' if fenced else 'journals the intent'), out(q), False
    elif pc == 'call':
        n, g, att, ph, t = arg
        age = 0 if c.sign == 'local' else sig
        j2 = jr if c.lateintent or c.split or c.own != 'journal' else jr + (('I', n),)
        mem = (n, NONE, dead, gen, life, k, j2, la)
        if age > c.ev:
            q = ('call', arg, 0) + mem if c.resign else put(p[:3] + mem, 'claim', arg, att)
            yield me + 'calls: RequestExpired; ' + ('signs again' if c.resign else 'will renew the claim'), out(q), False
            return
        unk = ('wait', arg, NONE) + mem if c.reconcile == 'takeover' else ('unk', (arg, 0), sig) + mem
        unk = put(p[:3] + mem, 'rel', arg, att) if c.relunknown else unk
        if len(tasks) < 4:
            made = tasks + ((g, att, 'a', 0, NONE, NONE),)
            i = len(tasks)
            q = put((None, None, sig, n, i) + mem[2:], 'res', arg, att, i)
            yield me + 'calls ImportVolume: task %d (generation %d, attempt %d)' % (i, g, att), out(q, tasks=made), False
            if lost:
                yield me + 'calls ImportVolume: task %d is made, answer lost' % i, out(unk, tasks=made, lose=1), True
        if lost and len(calls) < 2:
            yield me + 'calls ImportVolume: no answer, in the network', out(unk, calls=calls + ((g, att, age),), lose=1), True
        if bud[4]:
            yield me + 'calls ImportVolume: rejected', out(put(p[:3] + mem, 'rel', arg, att), rej=1), True
    elif pc == 'wait' and claim[1] >= c.wait:
        late = c.guardfirst and claim[1] >= c.guard
        words = 'reads the claim again: age %d, %s' % (claim[1], 'cannot tell' if late else 'may take over')
        q = ('ct' if late else 'tlist',) + p[1:]
        if recent(c, la) and c.reuse == ('own' if arg[0] // 10 == pid * 10 + life else 'take'):
            q, words = put(p, 'claim', arg, arg[2] + 1, pc='tget' if c.guard else 'put'), words + ' with the listing it has'
        yield me + words, out(q), False
    elif pc == 'wait':
        for i in found(c, tasks, gen, max(gen, arg[1])) - {None}:
            yield me + 'waits, sees task %d' % i, out(classify(c, pid, p[:4] + (i,) + p[5:], claim, tasks)), False
    elif pc == 'tget':
        yield me + 'reads the age once more: %d' % claim[1], out(('put' if claim[1] < c.guard else 'ct',) + p[1:]), False
    elif pc == 'follow':
        g, a, st, age, end, tag = tasks[arg]
        if end == INF:                                              # aged out, known by its id only
            q = ('read', None) + p[2:4] + (NONE, dead | 1 << arg) + p[6:] if c.taketask else ('ct',) + p[1:]
            yield me + 'task %d is not listed any more: %s' % (arg, 'takes over' if c.taketask else 'volume by id'), out(q), False
        elif st == 'c' and c.R == INF and not c.gc and not c.delete:   # tags and the last write can't matter
            yield me + 'sees task %d completed, settles' % arg, out(('done',) + p[1:]), False
        elif st == 'c':
            tagged = tasks[:arg] + ((g, a, st, age, end, max(tag, 0)),) + tasks[arg + 1:]
            yield me + 'sees task %d completed, tags the volume' % arg, out(('settle',) + p[1:], tasks=tagged), False
            if bud[8]:
                yield me + 'tags the volume of task %d, the tags are removed' % arg, out(
                    ('settle',) + p[1:], bud=bud[:8] + (bud[8] - 1,)), True
        elif st == 'x':
            yield me + 'sees task %d cancelled' % arg, out(('read', None) + p[2:4] + (NONE, dead | 1 << arg) + p[6:]), False
    elif pc == 'settle':
        mine = claim and claim[0][3] != 's' and claim[0][1] == gen and (claim[0][4] == arg or (
            claim[0][4] < 0 and (not c.attempt or claim[0][2] == tasks[arg][1])))
        yield me + 'reads the claim to settle', out(put(p, 'set', claim[0], claim[0][2], arg) if mine else ('done',) + p[1:]), False
    elif pc == 'dead':
        for cut in {False: (len(jr),), 'lost': (0, len(jr)), 'prefix': range(len(jr) + 1)}[c.restore]:
            j = jr[:cut]
            known = [e[1] for e in j if e[0] == 'R']
            yield me + 'restarts with %d of the %d records of its journal' % (cut, len(jr)), out(
                ('plan' if c.planlist else 'read', None, NONE, NONE, known[-1] if known else NONE, 0, gen, life, k, j, la)), False


def say(claim):
    return 'none' if claim is None else 'nonce %d generation %d attempt %d phase %s task %s, age %d' % (
        claim[0][:4] + (claim[0][4] if claim[0][4] >= 0 else None, claim[1]))


def successors(c, s):
    claim, tasks, calls, puts, bud, procs = s
    for pid in range(c.n):
        yield from step(c, s, pid)
    for i, p in enumerate(procs):
        if bud[0] and p[0] not in TERMINAL:
            q = ('dead', None, NONE, NONE, NONE, 0, c.gens[i], p[7] + 1, 0, p[9], c.lacap)
            yield 'P%d crashes' % i, (claim, tasks, calls, puts, (bud[0] - 1,) + bud[1:], procs[:i] + (q,) + procs[i + 1:]), True
        if p[0] == 'absent' and bud[1]:
            b = bud[:1] + (bud[1] - 1,) + bud[2:5] + (1,) + bud[6:]
            known = [e[1] for e in procs[0][9] if e[0] == 'R']
            q = procs[0] if c.fork else ('read', None, NONE, NONE, known[-1] if known else NONE, 0, c.gens[i], 0, 0, procs[0][9], c.lacap)
            words = 'P%d starts from a copy of P0\'s %s' % (i, 'memory' if c.fork else 'state')
            yield words, (claim, tasks, calls, puts, b, procs[:i] + (q,) + procs[i + 1:]), True
    for i, (g, a, age) in enumerate(calls):
        if len(tasks) < 4:
            yield 'the delayed call takes effect: task %d (generation %d, attempt %d)' % (len(tasks), g, a), (
                claim, tasks + ((g, a, 'a', 0, NONE, NONE),), calls[:i] + calls[i + 1:], puts, bud, procs), False
    for i, (cond, new, age) in enumerate(puts):
        if (claim is None) if cond is None else (claim is not None and claim[0] == cond):
            rest = puts[:i] + puts[i + 1:]
            yield 'the delayed PUT takes effect (nonce %d)' % new[0], ((new, 0), tasks, calls, rest, bud, procs), False
    for i, (g, a, st, age, end, tag) in enumerate(tasks):
        if st == 'a':
            for end_, b in [('c', bud)] + [('x', bud[:3] + (bud[3] - 1,) + bud[4:])] * (bud[3] > 0):
                yield 'task %d %s' % (i, 'completes' if end_ == 'c' else 'is cancelled'), (
                    claim, tasks[:i] + ((g, a, end_, age, 0, tag),) + tasks[i + 1:], calls, puts, b, procs), end_ == 'x'
    if bud[6] and claim and claim[0][3] == 's' and claim[1] >= c.gcage and (not c.tags or tasks[claim[0][4]][5] >= 0):
        yield 'gc reads the settled claim%s, sends DELETE' % (' and sees the tags' if c.tags else ''), (
            claim, tasks, calls, puts, bud[:6] + (bud[6] - 1, bud[7] + ((claim[0] if c.delcond else None, 0),), bud[8]), procs), True
    for i, (cond, age) in enumerate(bud[7]):
        if claim and (cond is None or claim[0] == cond):
            yield 'the DELETE of gc takes effect', (
                None, tasks, calls, puts, bud[:7] + (bud[7][:i] + bud[7][i + 1:], bud[8]), procs), False
    yield 'time passes', (
        claim and (claim[0], min(claim[1] + 1, c.gcage if claim[0][3] == 's' else c.cap)),
        tuple((g, a, st, min(age + 1, c.L), end if end in (NONE, INF) or c.R == INF else end + 1 if end + 1 < c.R else INF,
               tag if tag < 0 else min(tag + 1, c.L)) for g, a, st, age, end, tag in tasks),
        tuple((g, a, x + 1) for g, a, x in calls if x + 1 <= c.ev),
        tuple((q, n, x + 1) for q, n, x in puts if x + 1 <= c.V),
        bud[:7] + (tuple((q, x + 1) for q, x in bud[7] if x + 1 <= c.V and (q is None or claim and claim[0] == q)), bud[8]),
        tuple((p[0], (p[1][0], min(p[1][1] + 1, c.L)), min(p[2] + 1, c.cap)) + p[3:] if p[0] == 'unk' else
              p[:2] + (min(p[2] + 1, c.ev + 1),) + p[3:] if p[0] in ('list', 'intent', 'call') else p
              for p in (p if p[10] % 100 == c.lacap else p[:10] + (p[10] + 1,) for p in procs))), False


def explore(c, liveness=False, limit=4500000, seconds=170):
    s0 = initial(c)
    index, parent, order, back = {s0: 0}, [(-1, '')], [s0], [[]]
    start, i, count = time.time(), 0, 0
    while i < len(order):
        for words, t, fault in successors(c, order[i]):
            count += 1
            j = index.get(t)
            if j is None:
                j = index[t] = len(order)
                order.append(t)
                parent.append((i, words))
                back.append([] if liveness else None)
                if duplicate(t):
                    trace = []
                    while parent[j][0] >= 0:
                        trace.append(parent[j][1])
                        j = parent[j][0]
                    return 'VIOLATION', len(order), count, trace[::-1], None
            if liveness and not fault:
                back[j].append(i)
        i += 1
        if len(order) > limit or time.time() - start > seconds:
            return 'clean so far', len(order), count, [], None
    stuck = None
    if liveness:
        todo = [k for k, s in enumerate(order) if all(p[0] in TERMINAL for p in s[5])]
        good = set(todo)
        while todo:
            for k in back[todo.pop()]:
                if k not in good:
                    good.add(k)
                    todo.append(k)
        stuck = len(order) - len(good)
    return 'clean', len(order), count, [], stuck


def walk(c, depth, seconds):
    rnd, states, end = random.Random(1), 0, time.time() + seconds
    while time.time() < end:
        s, trace = initial(c), []
        while len(trace) < depth and not (all(p[0] in TERMINAL for p in s[5]) and not s[2] and not s[4][0]):
            words, s, _ = rnd.choice(list(successors(c, s)))
            trace.append(words)
            states += 1
            if duplicate(s):
                return 'VIOLATION', states, states, trace, None
    return 'clean', states, states, [], None


WRITTEN = dict(V=1, L=1, own='journal', reconcile='VL', wait=2, lag=0, lost=1, maxk=2)   # the first draft
FIX = dict(V=1, L=1, lost=1, maxk=2)
COPY = dict(copy=1, absent=(1,))
RUNS = [
    ('WRITTEN', 'section 6 item 3 literally: own unknown call searched for L only', dict(WRITTEN, reconcile='L')),
    ('WRITTEN', 'own unknown call waits V+L; 2 states, 1 crash (base of the next)', dict(WRITTEN)),
    ('WRITTEN', ' V=L=2, no crash, 2 lost answers', dict(WRITTEN, V=2, L=2, wait=4, crash=0, lost=2)),
    ('WRITTEN', ' cancelled task', dict(WRITTEN, cancel=1, crash=0)),
    ('WRITTEN', ' rejection', dict(WRITTEN, reject=1)),
    ('WRITTEN', ' state lost', dict(WRITTEN, restore='lost')),
    ('WRITTEN', ' --replace by one', dict(WRITTEN, gens=(1, 2))),
    ('WRITTEN', ' --replace by both', dict(WRITTEN, gens=(2, 2))),
    ('WRITTEN', ' gc of settled claims', dict(WRITTEN, crash=0, gc=True)),
    ('WRITTEN', ' state in S3: predecessor fenced, intent before the call', dict(WRITTEN, split=True, fence=True, crash=0, **COPY)),
    ('WRITTEN', ' state copied and run twice', dict(WRITTEN, crash=0, **COPY)),
    ('WRITTEN', ' journal restored to an older prefix', dict(WRITTEN, restore='prefix')),
    ('WRITTEN', ' EC2 clock 1 behind S3, wait exactly V+L', dict(WRITTEN, lag=1)),
    ('WRITTEN', ' Date of the PUT answer 1 after Last-Modified', dict(WRITTEN, late=1)),
    ('WRITTEN', ' lost answer: signs with the Date of the read-back', dict(WRITTEN, sign='getdate')),
    ('WRITTEN', ' retention 1 (shorter than V+L)', dict(WRITTEN, R=1)),
    ('WRITTEN', ' retention 4 (longer than V+L)', dict(WRITTEN, R=4)),
    ('WRITTEN', ' a known task id is written into whatever claim is there', dict(WRITTEN, cancel=1, attempt=False)),
    ('REPAIRED', '2 states, 1 crash', dict(FIX)),
    ('REPAIRED', ' 3 claim writes a life', dict(FIX, maxk=3)),
    ('REPAIRED', ' V=L=2, no crash, 2 lost answers, 3 claim writes', dict(FIX, V=2, L=2, crash=0, lost=2, maxk=3)),
    ('REPAIRED', ' 1 cancelled, 1 rejected, no crash', dict(FIX, cancel=1, reject=1, crash=0)),
    ('REPAIRED', ' 1 rejected, crash', dict(FIX, reject=1)),
    ('REPAIRED', ' crash, journal restored to any prefix or lost', dict(FIX, restore='prefix')),
    ('REPAIRED', ' copied at any time, crash, any prefix', dict(FIX, restore='prefix', **COPY)),
    ('REPAIRED', ' 3 states, one a copy, 1 claim write a life', dict(FIX, n=3, copy=1, absent=(2,), crash=0, maxk=1)),
    ('REPAIRED', ' --replace by one', dict(FIX, gens=(1, 2))),
    ('REPAIRED', ' --replace by both', dict(FIX, gens=(2, 2))),
    ('REPAIRED', ' gc of settled claims, tags', dict(FIX, gc=True, crash=0)),
    ('REPAIRED', ' retention 1, bound 1 (never takes over)', dict(FIX, R=1, guard=1)),
    ('REPAIRED', ' retention 5, bound 5, no crash', dict(FIX, R=5, guard=5, crash=0)),
    ('REPAIRED', ' Date 1 late, margin 2', dict(FIX, late=1, wait=4)),
    ('UNCOVERED', 'running process copied with its memory', dict(FIX, fork=1, crash=0, **COPY)),
    ('MUTANT', 're-sign after RequestExpired', dict(FIX, resign=True)),
    ('MUTANT', 'ownership by lineage', dict(FIX, own='lineage', lin=(0, 0, 0))),
    ('MUTANT', 'same nonce and ETag on renewal', dict(FIX, same=True)),
    ('MUTANT', 'takeover after V only (L=2)', dict(FIX, L=2, wait=2)),
    ('MUTANT', 'takeover after L only (V=2)', dict(FIX, V=2, wait=2)),
    ('MUTANT', 'takeover without margin for the clocks', dict(FIX, wait=2)),
    ('MUTANT', 'runs delete claims', dict(FIX, delete=True)),
    ('MUTANT', 'no listing after the claim (gc has run)', dict(FIX, nolist=True, planlist=True, gc=True, crash=0)),
    ('MUTANT', 'takeover of a claim whose task aged out', dict(FIX, taketask=True, R=1, guard=1)),
    ('MUTANT', 'signature with local time', dict(FIX, sign='local')),
    ('MUTANT', 'intent after the call (repaired design)', dict(FIX, lateintent=True)),
    ('MUTANT', 'intent after the call (written design)', dict(WRITTEN, lateintent=True)),
    ('MUTANT', 'older journal handled as own', dict(FIX, own='journal', restore='prefix')),
    ('MUTANT', 'copied journal handled as own', dict(FIX, own='journal', crash=0, **COPY)),
    ('MUTANT', 'own unknown call searched for L only', dict(FIX, reconcile='L')),
    ('MUTANT', 'no upper bound on takeover (retention 5)', dict(FIX, R=5, crash=0)),
    ('MUTANT', 'upper bound checked before the listing', dict(FIX, R=5, guard=5, guardfirst=True, crash=0)),
    ('MUTANT', 'task id written into a later claim', dict(FIX, cancel=1, attempt=False, crash=0)),
    ('MUTANT', 'read-back signs with the Date of the GET', dict(FIX, sign='getdate')),
    ('MUTANT', 'Date 1 late, margin 1', dict(FIX, late=1)),
    ('MUTANT', 'lost answer of the call taken as a rejection', dict(FIX, relunknown=True)),
    ('MUTANT', 'takeover and renewal without If-Match', dict(FIX, noifmatch=True)),
]
OLD = dict(V=1, L=1, lost=0, maxk=2, crash=0, gc=1, planlist=True)          # condition: G >= A + L (+ V if measured when sent)
RUNS += [
    (k, 'A=%d G=%d L=%d ' % (A, G, L) + w, dict(OLD, listage=A, gcage=G, L=L, **kw)) for k, A, G, L, w, kw in [
        ('LISTING', 1, 2, 1, '', dict(lost=1)), ('LISTING', 4, 6, 2, '', {}), ('LISTING', 1, 2, 1, 'crash', dict(crash=1)),
        ('LISTING', 1, 2, 1, 'raised claims too', dict(gens=(1, 2), reuse='raise')), ('MUTANT', 2, 2, 1, 'gc too early', {}),
        ('MUTANT', 4, 5, 2, 'G = A + L - 1', {}), ('MUTANT', 1, 2, 1, 'measured when sent', dict(lost=1, measure='send')),
        ('MUTANT', 4, 5, 1, 'takeover without a new listing', dict(reuse='take')),
        ('MUTANT', 4, 5, 1, 'own unknown outcome without a new listing', dict(reuse='own', lost=1)),
        ('MUTANT', 1, 2, 1, 'gc does not look at tags', dict(tags=False, notag=1, R=1, guard=1))]]
RUNS += [('MUTANT', 'gc without If-Match', dict(FIX, n=3, gens=(1, 2, 2), gcage=1, delcond=False, gc=1, lost=0, crash=0, maxk=1))]
HIGHER = dict(FIX, gens=(1, 2))
RUNS += [
    ('HIGHER', '--replace by one, crash', dict(HIGHER)),
    ('HIGHER', '--replace by one, 1 cancelled, no crash', dict(HIGHER, cancel=1, crash=0)),
    ('HIGHER', '--replace by one, 1 rejected, crash', dict(HIGHER, reject=1)),
    ('HIGHER', '--replace by one, 1 rejected, crash, state lost', dict(HIGHER, reject=1, restore='lost')),
    ('MUTANT', 'a free claim of a higher generation is replaced', dict(HIGHER, reject=1, restore='lost', higher='free'))]
BIG = dict(n=3, V=2, L=2, lost=6, crash=3, cancel=1, reject=1, copy=1, absent=(2,), restore='prefix', maxk=5, maxatt=5)
RUNS += [('WALK', 'repaired, 3 states, all faults', dict(BIG)), ('WALK', 'repaired, retention 7', dict(BIG, R=7, guard=7)),
         ('WALK', 'repaired, one --replace', dict(BIG, gens=(1, 2, 1))),
         ('WALK', 'written (its known holes open)', dict(BIG, own='journal', reconcile='VL', wait=4, lag=0))]


def one(run):
    start = time.time()
    c = Cfg(**run[2])
    return run, walk(c, 400, 90) if run[0] == 'WALK' else explore(c, run[0] != 'MUTANT'), time.time() - start


if __name__ == '__main__':
    kinds = sys.argv[1:]
    RUNS = [run for run in RUNS if not kinds or run[0] in kinds]
    with Pool(2) as pool:
        for (kind, what, kw), (verdict, states, steps, trace, stuck), dt in pool.imap(one, RUNS, chunksize=1):
            print('%-9s %-66s %s: %d states, %d steps, %.0f s%s' % (kind, what, verdict, states, steps, dt, '' if stuck is None
                  else ', %d states that cannot end' % stuck), flush=True)
            for words in trace if len(trace) < 60 else ['a trace of %d steps' % len(trace)]:
                print('            - ' + words)
