package live

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The load test fills a tracker with peers, in a process of its own, and announces as fast as it
// answers: ours beside opentracker, if that is installed.
//
//	taskset -c 0 go test ./tracker/live -run TestLoad -load -load.cpu 1 -v -timeout 30m
var (
	load         = flag.Bool("load", false, "run TestLoad")
	loadPeers    = flag.Int("load.peers", 1_000_000, "peers")
	loadTorrents = flag.Int("load.torrents", 1000, "torrents")
	loadTime     = flag.Duration("load.time", 10*time.Second, "duration of each measurement")
	loadClients  = flag.Int("load.clients", 32, "concurrent clients")
	loadCPU      = flag.String("load.cpu", "", "core of the tracker (taskset)")
)

// loadServer is the environment variable that makes TestLoadServer serve, at the address it names.
const loadServer = "SWARMSIM_LOAD_SERVER"

// TestLoadServer is the tracker's process. It serves until its standard input ends.
func TestLoadServer(t *testing.T) {
	addr := os.Getenv(loadServer)
	if addr == "" {
		t.Skip("started by TestLoad")
	}
	s, err := New(Config{Listen: []string{addr}, Snapshot: filepath.Join(t.TempDir(), "peers")})
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, os.Stdin)
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("snapshot: %d bytes in %v\n", s.Stats().SnapshotBytes, time.Since(began).Round(time.Millisecond))
}

// subject is a tracker that is measured.
type subject struct {
	name  string
	addr  string
	cmd   *exec.Cmd
	stdin io.Closer
	out   bytes.Buffer
}

// start starts the subject's process and waits until it answers.
func (s *subject) start(t *testing.T, env []string, command ...string) {
	t.Helper()
	if *loadCPU != "" {
		command = append([]string{"taskset", "-c", *loadCPU}, command...)
	}
	s.cmd = exec.Command(command[0], command[1:]...)
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	stdin, err := s.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.stdin = stdin
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			c.Close()
			return
		}
		if time.Since(began) > guard {
			t.Fatalf("%s does not answer: %v\n%s", s.name, err, s.out.String())
		}
	}
}

// end stops the subject, the server by the end of its input.
func (s *subject) end(kill bool) {
	if s.stdin.Close(); kill {
		s.cmd.Process.Kill()
	}
	s.cmd.Wait()
}

// rss returns the resident memory in bytes.
func (s *subject) rss(t *testing.T) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	kb, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// cpu returns the processor time used.
func (s *subject) cpu(t *testing.T) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100
}

// loadHash returns the info hash of torrent n.
func loadHash(n int) (h [20]byte) {
	copy(h[:], "load")
	binary.BigEndian.PutUint64(h[12:], uint64(n)*0x9e3779b97f4a7c15)
	return h
}

// loadPeer writes peer n into an announce by UDP. A torrent's peers have different ports, by which
// opentracker knows them.
func loadPeer(packet []byte, n int) {
	h := loadHash(n % *loadTorrents)
	copy(packet[16:], h[:])
	binary.BigEndian.PutUint64(packet[48:], uint64(n))
	binary.BigEndian.PutUint64(packet[64:], uint64(n%3)) // left
	binary.BigEndian.PutUint32(packet[92:], 50)          // numwant
	binary.BigEndian.PutUint16(packet[96:], loadPort(n))
}

func loadPort(n int) uint16 { return uint16(1024 + n / *loadTorrents) }

// udpClient announces by UDP.
type udpClient struct {
	conn   net.Conn
	packet []byte
	reply  [2048]byte
}

func newUDPClient(addr string) (*udpClient, error) {
	conn, err := net.Dial("udp", addr)
	if err != nil {
		return nil, err
	}
	c := &udpClient{conn: conn}
	connect := binary.BigEndian.AppendUint64(nil, protocolID)
	n, err := c.exchange(append(connect, make([]byte, 8)...))
	if err != nil || n < 16 {
		return nil, fmt.Errorf("connecting: %d bytes, %v", n, err)
	}
	c.packet = announcePacket(binary.BigEndian.Uint64(c.reply[8:]))
	return c, nil
}

// exchange sends a packet until it is answered.
func (c *udpClient) exchange(packet []byte) (n int, err error) {
	for range 10 {
		c.conn.Write(packet)
		c.conn.SetReadDeadline(time.Now().Add(2 * time.Second))
		if n, err = c.conn.Read(c.reply[:]); err == nil {
			return n, nil
		}
		time.Sleep(10 * time.Millisecond) // the socket may not be open yet
	}
	return 0, err
}

func (c *udpClient) announce(peer int) error {
	loadPeer(c.packet, peer)
	n, err := c.exchange(c.packet)
	if err == nil && (n < 20 || c.reply[3] != actionAnnounce) {
		err = fmt.Errorf("%q", c.reply[:n])
	}
	return err
}

func (c *udpClient) close() { c.conn.Close() }

// httpClient announces by HTTP.
type httpClient struct {
	addr  string
	keep  bool // the connection
	conn  net.Conn
	in    *bufio.Reader
	query []byte
}

func (c *httpClient) announce(peer int) error {
	hash := loadHash(peer % *loadTorrents)
	q := append(c.query[:0], "GET /announce?info_hash="...)
	for _, b := range hash {
		q = fmt.Appendf(q, "%%%02x", b)
	}
	q = fmt.Appendf(q, "&peer_id=%020d&port=%d&uploaded=0&downloaded=0&left=%d&numwant=50&compact=1&key=0badf00d HTTP/1.1\r\nHost: t\r\n",
		peer, loadPort(peer), peer%3)
	if !c.keep {
		q = append(q, "Connection: close\r\n"...)
	}
	c.query = append(q, "\r\n"...)
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return err
		}
		c.conn, c.in = conn, bufio.NewReader(conn)
	}
	if _, err := c.conn.Write(c.query); err != nil {
		return err
	}
	body, err := c.read()
	if err == nil && !bytes.Contains(body, []byte("8:interval")) {
		err = fmt.Errorf("%q", body)
	}
	if !c.keep {
		c.close()
	}
	return err
}

// read reads a response.
func (c *httpClient) read() ([]byte, error) {
	c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(v)))
		}
	}
	if length < 0 {
		return nil, errors.New("no Content-Length")
	}
	body := make([]byte, length)
	_, err := io.ReadFull(c.in, body)
	return body, err
}

func (c *httpClient) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

type loadClient interface {
	announce(peer int) error
	close()
}

// run runs clients until next returns -1, and returns the latencies of some announces.
func run(t *testing.T, dial func() (loadClient, error), next func(*rand.Rand) int) (announces int64, latencies []time.Duration) {
	t.Helper()
	var lock sync.Mutex
	var wait sync.WaitGroup
	var count atomic.Int64
	var failed error
	for k := range *loadClients {
		wait.Go(func() {
			var own []time.Duration
			c, err := dial()
			random := rand.New(rand.NewPCG(uint64(k), 1))
			for err == nil {
				peer := next(random)
				if peer < 0 {
					c.close()
					break
				}
				began := time.Now()
				if err = c.announce(peer); err == nil && count.Add(1)%16 == 0 {
					own = append(own, time.Since(began))
				}
			}
			lock.Lock()
			defer lock.Unlock()
			latencies = append(latencies, own...)
			if err != nil {
				failed = err
			}
		})
	}
	wait.Wait()
	if failed != nil {
		t.Errorf("an announce failed: %v", failed)
	}
	slices.Sort(latencies)
	return count.Load(), latencies
}

// measure measures announces of peers that the tracker knows.
func (s *subject) measure(t *testing.T, what string, dial func() (loadClient, error)) {
	end := time.Now().Add(*loadTime)
	began, before := time.Now(), s.cpu(t)
	n, latencies := run(t, dial, func(r *rand.Rand) int {
		if time.Now().After(end) {
			return -1
		}
		return r.IntN(*loadPeers)
	})
	if t.Failed() || len(latencies) == 0 {
		return
	}
	wall, cpu := time.Since(began), s.cpu(t)-before
	fmt.Printf("| %s | %s | %.0f | %.1f | %.2f | %.2f |\n", s.name, what, float64(n)/wall.Seconds(),
		float64(cpu.Microseconds())/float64(n), ms(latencies[len(latencies)/2]), ms(latencies[len(latencies)*99/100]))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// load fills the tracker and measures it.
func (s *subject) load(t *testing.T, keepAlive bool) (summary string) {
	empty := s.rss(t)
	var filled atomic.Int64
	udp := func() (loadClient, error) { return newUDPClient(s.addr) }
	began := time.Now()
	run(t, udp, func(*rand.Rand) int {
		if n := int(filled.Add(1)) - 1; n < *loadPeers {
			return n
		}
		return -1
	})
	full := s.rss(t)
	summary = fmt.Sprintf("| %s | %.0f | %.0f | %.0f |\n", s.name, float64(full)/(1<<20),
		float64(full-empty)/float64(*loadPeers), time.Since(began).Seconds())
	if keepAlive {
		s.measure(t, "HTTP keep-alive", func() (loadClient, error) { return &httpClient{addr: s.addr, keep: true}, nil })
	}
	s.measure(t, "HTTP close", func() (loadClient, error) { return &httpClient{addr: s.addr}, nil })
	s.measure(t, "UDP", udp)
	return summary
}

func TestLoad(t *testing.T) {
	if !*load {
		t.Skip("run with -load")
	}
	fmt.Printf("%d peers in %d torrents, %d clients\n\n", *loadPeers, *loadTorrents, *loadClients)
	fmt.Println("| tracker | protocol | announces/s | CPU us an announce | median ms | p99 ms |\n|---|---|---|---|---|---|")
	ours := &subject{name: "swarmsim", addr: freeAddr(t)}
	ours.start(t, []string{loadServer + "=" + ours.addr}, os.Args[0], "-test.run=^TestLoadServer$", "-test.timeout=1h")
	memory := ours.load(t, true)
	ours.end(false)
	if path, err := exec.LookPath("opentracker"); err == nil {
		theirs := &subject{name: "opentracker", addr: freeAddr(t)}
		dir := whitelist(t)
		_, port, _ := net.SplitHostPort(theirs.addr)
		theirs.start(t, nil, path, "-i", "127.0.0.1", "-p", port, "-P", port, "-d", dir, "-w", "/white")
		memory += theirs.load(t, false) // it closes every connection
		theirs.end(true)
	} else {
		fmt.Println("opentracker is not installed")
	}
	fmt.Println("\n| tracker | RSS MiB | bytes a peer | filled in s |\n|---|---|---|---|\n" + memory)
	for line := range strings.Lines(ours.out.String()) {
		if strings.HasPrefix(line, "snapshot:") {
			fmt.Print(line)
		}
	}
}

// freeAddr returns an address of which the port is free.
func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// whitelist returns a folder with the file white, of all info hashes, that opentracker can read as
// another user.
func whitelist(t *testing.T) string {
	var text bytes.Buffer
	for n := range *loadTorrents {
		fmt.Fprintf(&text, "%x\n", loadHash(n))
	}
	dir, err := os.MkdirTemp("", "white")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(filepath.Join(dir, "white"), text.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	return dir
}
