package driver

import (
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// job is a job with everything that a client needs.
func job(t *testing.T) Job {
	t.Helper()
	dir := t.TempDir()
	torrent := filepath.Join(dir, "x.torrent")
	if err := os.WriteFile(torrent, []byte("d8:announce20:http://10.0.0.1:80/ae"), 0o600); err != nil {
		t.Fatal(err)
	}
	return Job{Torrent: torrent, Folder: dir, Work: dir, Listen: netip.MustParseAddrPort("10.77.0.2:6881")}
}

func TestNamed(t *testing.T) {
	for _, d := range All() {
		if same, err := Named(d.Name()); err != nil || same.Name() != d.Name() {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
	if _, err := Named("bitcomet"); err == nil || !strings.Contains(err.Error(), "libtorrent") {
		t.Errorf("the error lists no clients: %v", err)
	}
}

// Every client refuses a job without an address, and accepts the plainest one.
func TestCheckNeedsAnAddress(t *testing.T) {
	for _, d := range All() {
		j := job(t)
		if err := d.Check(&j); err != nil {
			t.Errorf("%s: %v", d.Name(), err)
		}
		j.Listen = netip.AddrPort{}
		if err := d.Check(&j); err == nil {
			t.Errorf("%s accepts a job without an address", d.Name())
		}
	}
}

// What a client cannot do is refused before it starts.
func TestCheckRefuses(t *testing.T) {
	for _, c := range []struct {
		client Driver
		change func(*Job)
		says   string
	}{
		{Transmission{}, func(j *Job) { j.Listen = netip.MustParseAddrPort("127.0.0.2:6881") }, "127.0.0.0/8"},
		{Aria2{}, func(j *Job) { j.UTP = true }, "uTP"},
		{Rtorrent{}, func(j *Job) { j.Work = "/" + strings.Repeat("x", 100) }, "too long"},
		{Rtorrent{}, func(j *Job) { j.Folder = "a\"b" }, "quotes"},
		{Webtorrent{}, func(j *Job) { j.Encryption = EncryptionRequired }, "plaintext"},
		{Anacrolix{}, func(j *Job) { j.LSD = true }, "local discovery"},
		{Swarmsim{}, func(j *Job) { j.Seed, j.Torrent = true, "magnet:?xt=urn:btih:00" }, "magnet"},
	} {
		j := job(t)
		c.change(&j)
		if err := c.client.Check(&j); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want an error with %q", c.client.Name(), err, c.says)
		}
	}
}

func TestLibtorrentSettings(t *testing.T) {
	j := job(t)
	for policy, want := range map[Encryption]int{EncryptionOff: 2, EncryptionPreferred: 1, EncryptionRequired: 0} {
		j.Encryption = policy
		s := Libtorrent{}.job(&j).Settings
		if s["out_enc_policy"] != want || s["in_enc_policy"] != want {
			t.Errorf("encryption %v: in %v, out %v; want %d", policy, s["in_enc_policy"], s["out_enc_policy"], want)
		}
		if s["outgoing_interfaces"] != "10.77.0.2" || s["listen_interfaces"] != "10.77.0.2:6881" {
			t.Errorf("sockets are bound to %v and %v", s["outgoing_interfaces"], s["listen_interfaces"])
		}
	}
}

func TestTransmissionSettings(t *testing.T) {
	j := job(t)
	j.Encryption, j.UpLimit, j.UploadSlots = EncryptionRequired, 200_000, 4
	s := Transmission{}.settings(&j, 9091)
	for name, want := range map[string]any{"bind-address-ipv4": "10.77.0.2", "encryption": 2, "speed-limit-up": int64(200),
		"speed-limit-up-enabled": true, "speed-limit-down-enabled": false, "upload-slots-per-torrent": 4, "rpc-port": 9091} {
		if s[name] != want {
			t.Errorf("%s is %v, want %v", name, s[name], want)
		}
	}
}

func TestAria2Arguments(t *testing.T) {
	j := job(t)
	j.Encryption, j.DownLimit = EncryptionRequired, 5000
	args, err := Aria2{}.args(&j, 6800)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--interface=10.77.0.2", "--listen-port=6881", "--enable-dht=false",
		"--bt-require-crypto=true", "--max-overall-download-limit=5000"} {
		if !slices.Contains(args, want) {
			t.Errorf("%s is missing in %v", want, args)
		}
	}
	if args[len(args)-1] != j.Torrent {
		t.Errorf("the torrent is not the last argument: %v", args)
	}
	os.WriteFile(j.Torrent, []byte("d8:announce20:udp://10.0.0.1:80/ane"), 0o600)
	if args, _ = (Aria2{}).args(&j, 6800); !slices.Contains(args, "--enable-dht=true") {
		t.Error("DHT, whose socket UDP trackers need, is off")
	}
}

func TestRtorrentConfiguration(t *testing.T) {
	j := job(t)
	j.Encryption, j.UpLimit = EncryptionPreferred, 1<<20
	rc := Rtorrent{}.rc(&j)
	for _, want := range []string{"network.bind_address.set = 10.77.0.2\n", "network.port_range.set = 6881-6881\n",
		"try_outgoing,enable_retry", "throttle.global_up.max_rate.set_kb = 1024\n", "load.start=" + j.Torrent} {
		if !strings.Contains(rc, want) {
			t.Errorf("%q is missing in\n%s", want, rc)
		}
	}
}

func TestQbittorrentConfiguration(t *testing.T) {
	j := job(t)
	conf := Qbittorrent{}.config(&j)
	for _, want := range []string{"Accepted=true\n", `Session\InterfaceAddress=10.77.0.2` + "\n", `Session\Encryption=2` + "\n"} {
		if !strings.Contains(conf, want) {
			t.Errorf("%q is missing in\n%s", want, conf)
		}
	}
}

func TestSwarmsimArguments(t *testing.T) {
	j := job(t)
	args, err := Swarmsim{Profile: "libtorrent-2"}.args(&j)
	get := strings.Join(args, " ")
	if err != nil || !strings.HasPrefix(get, "get "+j.Torrent+" --dir "+j.Folder) ||
		!strings.Contains(get, "--no-dht --no-pex --no-lsd --profile libtorrent-2") {
		t.Error(get, err)
	}
	j.Torrent, j.Seed = makeTorrent(t, j.Folder, "http://10.0.0.1/announce", 100), true
	args, err = Swarmsim{}.args(&j)
	want := "seed " + j.Torrent + " " + filepath.Join(j.Folder, "content") + " --listen 10.77.0.2:6881"
	if seed := strings.Join(args, " "); err != nil || !strings.HasPrefix(seed, want) {
		t.Error(seed, err)
	}
}

func TestSwarmsimLine(t *testing.T) {
	p, ok := swarmsimLine([]byte(`{"state":"downloading","length":300,"left":100,"peers":2,"downloaded":210,"uploaded":7}`))
	if !ok || p.Have != 200 || p.Size != 300 || p.Connections != 2 || p.Downloaded != 210 || p.Uploaded != 7 || p.Complete {
		t.Errorf("%+v, %v", p, ok)
	}
	if p, ok = swarmsimLine([]byte(`{"state":"seeding","length":300}`)); !ok || !p.Complete {
		t.Errorf("%+v, %v", p, ok)
	}
	for _, line := range []string{"{", `{"length":1,"left":2}`, `{"uploaded":-1}`} {
		if p, ok := swarmsimLine([]byte(line)); ok {
			t.Errorf("%s is read as %+v", line, p)
		}
	}
}

func TestMissingErrorNamesThePackage(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, d := range []Driver{Transmission{}, Aria2{}, Rtorrent{}, Qbittorrent{}} {
		_, err := d.Installed(t.Context())
		var missing *MissingError
		if !errors.As(err, &missing) || !strings.Contains(missing.Error(), "apt-get install") {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
}

func TestAria2Progress(t *testing.T) {
	var d aria2Download
	text := `{"totalLength":"300","completedLength":"200","uploadLength":"7","bitfield":"a0","connections":"3"}`
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	p, err := d.progress()
	if err != nil || p.Have != 200 || p.Size != 300 || p.Uploaded != 7 || p.Connections != 3 || p.Complete ||
		!p.HasPiece(0) || p.HasPiece(1) || !p.HasPiece(2) || p.HasPiece(8) {
		t.Errorf("%+v, %v", p, err)
	}
	d.Completed = "300"
	if p, _ = d.progress(); !p.Complete {
		t.Error("not complete with all bytes")
	}
	d.Verifying = "100"
	if p, _ = d.progress(); p.Complete {
		t.Error("complete while it is still hashing")
	}
	d.Total = "-1"
	if _, err = d.progress(); err == nil {
		t.Error("a negative size is accepted")
	}
}

func TestRtorrentReport(t *testing.T) {
	reply := `<?xml version="1.0"?><methodResponse><params><param><value><array><data><value><array><data>` +
		`<value><i8>200</i8></value><value><i8>300</i8></value><value><i8>7</i8></value><value><i8>210</i8></value>` +
		`<value><i8>3</i8></value><value><i8>0</i8></value><value><i8>0</i8></value><value><string>A0</string></value>` +
		`<value><string></string></value><value><i8>0</i8></value></data></array></value></data></array></value></param></params></methodResponse>`
	values, err := xmlValues([]byte(reply))
	if err != nil {
		t.Fatal(err)
	}
	p, err := rtorrentReport(values)
	if err != nil || p.Have != 200 || p.Size != 300 || p.Uploaded != 7 || p.Downloaded != 210 || p.Connections != 3 ||
		!p.HasPiece(2) || p.Complete {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := rtorrentReport(values[1:]); err == nil {
		t.Error("a reply with too few values is accepted")
	}
	if _, err := xmlValues([]byte("<methodResponse><fault></fault></methodResponse>")); err == nil {
		t.Error("a fault is accepted")
	}
}

func TestQbittorrentReport(t *testing.T) {
	q := qbittorrentTorrent{State: "checkingUP", Progress: 1, Size: 100, Completed: 100, pieceStates: []int{2, 0, 1, 2}}
	if p := q.report(); p.Complete || !p.HasPiece(0) || p.HasPiece(2) || !p.HasPiece(3) {
		t.Errorf("%+v", p)
	}
	q.State = "uploading"
	if p := q.report(); !p.Complete {
		t.Errorf("%+v", p)
	}
}

// A line of output is data of another process: whatever it is, it is refused or has counts that
// are not negative.
func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"have":1,"size":2,"pieces":"oA=="}`))
	f.Add([]byte(`{"have":-1}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if p, ok := parseLine(line); ok && (p.Have < 0 || p.Size < 0 || p.Uploaded < 0 || p.Downloaded < 0) {
			t.Errorf("%+v", p)
		}
	})
}

func FuzzXMLValues(f *testing.F) {
	f.Add([]byte("<a><i8>1</i8></a>"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if values, err := xmlValues(text); err == nil {
			rtorrentReport(values)
		}
	})
}
