package cli

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"swarmsim/cmd/usage"
)

// A job of a real Slurm of one node ends in the bytes of one machine. Tasks that fail are tried
// again, but not if the sweep is wrong.
func TestEmitSlurm(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may start Slurm")
	}
	needPrograms(t, "slurmctld", "slurmd", "munged", "sbatch", "squeue", "sinfo")
	e := newEmitTest(t)
	startSlurm(t)
	e.emit("slurm", "a job.sh")
	attempts := e.failing(1, 1)
	e.mustCall("bash", "a job.sh")
	e.awaitSlurm()
	e.merged()
	if n := attempts(); n != 2 {
		t.Errorf("%d attempts", n)
	}
	if t.Failed() {
		e.logs()
	}
	if err := os.RemoveAll("results"); err != nil {
		t.Fatal(err)
	}
	attempts = e.failing(2, 9)
	e.mustCall("bash", "a job.sh")
	e.awaitSlurm()
	said, err := os.ReadFile("results/many-shards.log/merge.txt")
	if err != nil || attempts() != 1 || !strings.Contains(string(said), "--shard 2/4 lacks ") {
		t.Errorf("%v, %d attempts: %s", err, attempts(), said)
	}
}

// awaitSlurm waits until no job is left. Tasks that are queued again begin at once.
func (t emitTest) awaitSlurm() {
	t.Helper()
	for {
		out, code := t.call("squeue", "--noheader", "--array", "--format=%i %r")
		if code != 0 {
			t.Fatalf("squeue: exit %d: %s", code, out)
		}
		if strings.TrimSpace(out) == "" {
			return
		}
		for line := range strings.Lines(out) {
			if id, reason, _ := strings.Cut(strings.TrimSpace(line), " "); reason == "BeginTime" { // two minutes after a failure
				t.mustCall("scontrol", "update", "JobId="+id, "StartTime=now")
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// logs prints what the tasks have written.
func (t emitTest) logs() {
	names, _ := filepath.Glob("results/many-shards.log/*")
	for _, name := range names {
		text, _ := os.ReadFile(name)
		t.Logf("%s: %s", name, text)
	}
}

// startSlurm starts Slurm with this machine as its only node, until the test ends.
func startSlurm(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "slurm") // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, name := range []string{"", "state", "spool"} {
		if err := errorsOf(os.MkdirAll(filepath.Join(dir, name), 0o755), os.Chmod(filepath.Join(dir, name), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	key := filepath.Join(dir, "munge.key")
	if err := os.WriteFile(key, []byte(strings.Repeat("swarmsim", 16)), 0o400); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "munge.socket")
	startDaemon(t, dir, "munged", "--foreground", "--force", "--socket="+socket, "--key-file="+key,
		"--pid-file="+dir+"/munged.pid", "--seed-file="+dir+"/munged.seed", "--log-file="+dir+"/munged.log")
	conf := filepath.Join(dir, "slurm.conf")
	if err := os.WriteFile(conf, []byte(slurmConf(t, dir, socket)), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SLURM_CONF", conf)
	for { // munged opens its socket
		if _, err := os.Stat(socket); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	startDaemon(t, dir, "slurmctld", "-D", "-c", "-f", conf)
	startDaemon(t, dir, "slurmd", "-D", "-c", "-f", conf)
	for { // the node is idle
		out, err := exec.Command("sinfo", "--noheader", "--format=%T").CombinedOutput()
		if err == nil && strings.TrimSpace(string(out)) == "idle" {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// slurmConf is the configuration of a cluster of one node.
func slurmConf(t *testing.T, dir, socket string) string {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	return fmt.Sprintf(`ClusterName=test
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
SlurmdPort=%[3]d
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=%[4]s
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
KillWait=1
MinJobAge=2
StateSaveLocation=%[5]s/state
SlurmdSpoolDir=%[5]s/spool
SlurmctldPidFile=%[5]s/slurmctld.pid
SlurmdPidFile=%[5]s/slurmd.pid
NodeName=%[1]s NodeAddr=127.0.0.1 CPUs=%[6]d RealMemory=%[7]d
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`, host, freePort(t), freePort(t), socket, dir, runtime.NumCPU(), usage.Memory()>>20)
}

// freePort returns a port that no one listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// startDaemon starts a program that runs until the test ends. If it ends before, the test ends too.
func startDaemon(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command(name, args...)
	c.Stdout, c.Stderr, c.Dir = log, log, dir
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s: %s", name, text[max(0, len(text)-3000):])
		}
		c.Process.Signal(syscall.SIGTERM)
		c.Wait()
	})
}
