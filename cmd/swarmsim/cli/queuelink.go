package cli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/cluster/queue"
)

// linkFlags say how a process gets to a queue. All commands of queues have them.
type linkFlags struct {
	queue                     string
	token                     string
	caFile, certFile, keyFile string

	generated bool // the token was made by this program
}

// tokenEnv has the token where --token is not given: a command line can be seen by other users.
const tokenEnv = "SWARMSIM_TOKEN"

func (f *linkFlags) add(c *cobra.Command) {
	f.queue = queue.DefaultQueue
	fs := c.Flags()
	fs.Var(flags.Parsed(&f.queue, "name", "night", queue.ParseQueue), "queue",
		`name of the queue, if several are in one NATS server (default "sweep")`)
	fs.Var(flags.Parsed(&f.token, "text", "open-sesame", flags.Text), "token",
		"what lets workers in (default: that of $"+tokenEnv+", or one that this program has made for its user on this machine)")
	fs.Var(flags.Parsed(&f.caFile, "file", "ca.pem", flags.Text), "tls-ca",
		"certificates of the authorities to trust, for TLS; a server then demands certificates of workers, too")
	fs.Var(flags.Parsed(&f.certFile, "file", "cert.pem", flags.Text), "tls-cert", "own certificate, for TLS")
	fs.Var(flags.Parsed(&f.keyFile, "file", "key.pem", flags.Text), "tls-key", "key of --tls-cert")
}

// server returns the link of the process that hands out runs.
func (f *queueFlags) server() (queue.Link, error) {
	if f.nats != "" {
		return f.client(f.nats)
	}
	if f.certFile == "" && f.caFile != "" {
		return queue.Link{}, usageError{errors.New("a server needs a certificate for TLS; give --tls-cert and --tls-key too")}
	}
	config, err := f.config(true)
	if err != nil {
		return queue.Link{}, err
	}
	return queue.Link{Queue: f.queue, Token: f.findToken(true), TLS: config}, nil
}

// client returns the link of a worker, or of a client of an existing server.
func (f *linkFlags) client(url string) (queue.Link, error) {
	config, err := f.config(false)
	if err != nil {
		return queue.Link{}, err
	}
	full, err := queue.ParseURL(url, config != nil)
	if err != nil {
		return queue.Link{}, usageError{err}
	}
	link := queue.Link{URL: full, Queue: f.queue, TLS: config}
	if !strings.Contains(full, "@") { // its password is in the URL
		link.Token = f.findToken(false)
	}
	return link, nil
}

// config returns what TLS needs, or nil.
func (f *linkFlags) config(server bool) (*tls.Config, error) {
	if f.caFile == "" && f.certFile == "" && f.keyFile == "" {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if (f.certFile == "") != (f.keyFile == "") {
		return nil, usageError{errors.New("a certificate and its key go together: give --tls-cert and --tls-key")}
	}
	if f.certFile != "" {
		pair, err := tls.LoadX509KeyPair(f.certFile, f.keyFile)
		if err != nil {
			return nil, usageError{fmt.Errorf("--tls-cert %s, --tls-key %s: %w", f.certFile, f.keyFile, err)}
		}
		c.Certificates = []tls.Certificate{pair}
	}
	if f.caFile == "" {
		return c, nil
	}
	text, err := bounded.ReadFile(results.OS, f.caFile, 1<<20)
	if err != nil {
		return nil, usageError{fmt.Errorf("--tls-ca %s: %w", f.caFile, err)}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, usageError{fmt.Errorf("--tls-ca %s has no certificate in PEM format", f.caFile)}
	}
	c.RootCAs = pool
	if server {
		c.ClientCAs, c.ClientAuth = pool, tls.RequireAndVerifyClientCert
	}
	return c, nil
}

// findToken returns the token that the user gives, or that of a file in the user's folder of settings,
// which a server makes: after a restart its workers still know it, and workers of the same user on the
// same machine need not be told.
func (f *linkFlags) findToken(make bool) string {
	if f.token != "" {
		return f.token
	}
	if text := os.Getenv(tokenEnv); text != "" {
		return text
	}
	f.generated = make
	name := ""
	if dir, err := os.UserConfigDir(); err == nil {
		name = filepath.Join(dir, "swarmsim", "queue-token")
		if text, err := bounded.ReadFile(results.OS, name, 1<<10); err == nil && len(text) >= 20 {
			return strings.TrimSpace(string(text))
		}
	}
	if !make {
		return ""
	}
	token := queue.NewToken()
	if name != "" && os.MkdirAll(filepath.Dir(name), 0o700) == nil {
		os.WriteFile(name, []byte(token+"\n"), 0o600) // a token that is not kept is made again
	}
	return token
}
