package driver

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Driver starts one kind of client.
type Driver interface {
	// Name is the client's name, such as libtorrent.
	Name() string
	// Installed returns the version of the client that is installed. The error is a *MissingError
	// where the client, or a part of it, is missing.
	Installed(ctx context.Context) (version string, err error)
	// Check returns an error in words if the client cannot do a job.
	Check(job *Job) error
	// Start starts the client. It runs until Process.Stop is called or ctx ends.
	Start(ctx context.Context, job Job) (*Process, error)
}

// Encryption says which connections a client makes and accepts (message stream encryption).
type Encryption uint8

// The rules for encryption.
const (
	EncryptionOff       Encryption = iota // plaintext
	EncryptionPreferred                   // both, encrypted where the neighbour accepts it
	EncryptionRequired                    // encrypted only
)

// String returns off, preferred or required.
func (e Encryption) String() string { return [...]string{"off", "preferred", "required"}[e] }

// Job is what a client is to do. Torrent, Folder, Work and Listen are required.
type Job struct {
	Torrent string // the path of a torrent file, or a magnet link
	Folder  string // holds the content, under the torrent's name
	Work    string // an existing folder for the client's configuration, state and log
	Listen  netip.AddrPort
	Seed    bool // Folder has the complete content

	Encryption  Encryption
	UpLimit     int64 // bytes per second, 0 for none
	DownLimit   int64
	UploadSlots int // 0 for the client's default
	UTP         bool
	DHT         bool
	DHTNodes    []netip.AddrPort // that DHT starts from
	PEX         bool
	LSD         bool
	// SharedAddress says that several peers share an IP address, as webtorrent's on one host do.
	// libtorrent and qBittorrent then allow several connections with an address, and two of them
	// that dial each other at once keep both connections.
	SharedAddress bool
	Options       []string // appended to the client's command line

	Interval time.Duration // between reports, 250 ms if 0

	// Spawn starts the client's process, by cmd.Start if it is nil.
	Spawn func(cmd *exec.Cmd) error
	// Dial reaches the client's control port on 127.0.0.1 as seen by the client.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func (j *Job) isMagnet() bool { return strings.HasPrefix(j.Torrent, "magnet:") }

func (j *Job) interval() time.Duration { return cmp.Or(j.Interval, 250*time.Millisecond) }

func (j *Job) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if j.Dial != nil {
		return j.Dial(ctx, network, address)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// check refuses jobs that lack something.
func (j *Job) check() error {
	for _, f := range []struct{ name, value string }{{"torrent", j.Torrent}, {"folder", j.Folder}, {"work folder", j.Work}} {
		if f.value == "" {
			return fmt.Errorf("the job has no %s", f.name)
		}
	}
	if !j.Listen.IsValid() || j.Listen.Port() == 0 {
		return fmt.Errorf("the job has no address and port to listen on: %v", j.Listen)
	}
	return nil
}

// MissingError says what a client needs that is not installed.
type MissingError struct {
	Client string
	What   string // that is missing, such as "transmission-daemon is not on the path"
	How    string // to get it, such as "apt-get install transmission-daemon"
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed: %s; to install it: %s", e.Client, e.What, e.How)
}

// All lists a driver for each client, ours first.
func All() []Driver {
	return []Driver{Swarmsim{}, Libtorrent{}, Transmission{}, Aria2{}, Anacrolix{}, Qbittorrent{}, Rtorrent{}, Webtorrent{}}
}

// Named returns the driver of a client. The error lists the names.
func Named(name string) (Driver, error) {
	all := All()
	if i := slices.IndexFunc(all, func(d Driver) bool { return d.Name() == name }); i >= 0 {
		return all[i], nil
	}
	var names []string
	for _, d := range all {
		names = append(names, d.Name())
	}
	return nil, fmt.Errorf("there is no client %q; clients are %s", name, strings.Join(names, ", "))
}

// needs looks for a program of a Debian package.
func needs(client, program, debianPackage string) (path string, err error) {
	path, err = exec.LookPath(program)
	if err != nil {
		return "", &MissingError{client, program + " is not on the path", "apt-get install " + debianPackage}
	}
	return path, nil
}

// versionTimeout bounds how long a program may take to print its version.
const versionTimeout = 30 * time.Second

// versionOf runs a program that prints its version, and returns the output. Some exit with an
// error code all the same.
func versionOf(ctx context.Context, path string, args ...string) string {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	text, _ := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(text)
}
