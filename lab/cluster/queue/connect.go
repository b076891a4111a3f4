package queue

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Link is where a queue is, and how to get in.
type Link struct {
	URL   string      // of a NATS server: nats://HOST:PORT or tls://HOST:PORT
	Queue string      // name of the queue; several can be on one server
	Token string      // "" for none
	TLS   *tls.Config // nil for none
}

// DefaultQueue is the name of a queue that is given none.
const DefaultQueue = "sweep"

// DefaultPort is that of NATS.
const DefaultPort = "4222"

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// ParseQueue checks the name of a queue.
func ParseQueue(text string) (string, error) {
	if !queueName.MatchString(text) {
		return "", fmt.Errorf("%.100q is not a name of a queue: up to 64 letters, digits, - and _", text)
	}
	return text, nil
}

// workerUser is the user of an embedded server that workers are. The token is its password.
const workerUser = "worker"

// silence is how long a server may be silent before a connection to it counts as lost.
const silence = 20 * time.Second

// connect connects to a server. A connection that is lost is made again, for ever.
func (l Link) connect(name string, more ...nats.Option) (*nats.Conn, error) {
	opts := []nats.Option{
		nats.Name(name), nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, 250*time.Millisecond),
		nats.PingInterval(silence / 2), nats.MaxPingsOutstanding(2), nats.Timeout(5 * time.Second),
		// Errors of a connection are seen where it is used.
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
	}
	if l.Token != "" {
		opts = append(opts, nats.UserInfo(workerUser, l.Token), nats.Token(l.Token))
	}
	if l.TLS != nil {
		opts = append(opts, nats.Secure(l.TLS))
	}
	nc, err := nats.Connect(l.URL, append(opts, more...)...)
	return nc, l.explain(err)
}

// errAway is the error of a server that is not there.
var errAway = errors.New("nothing answers")

// explain says what to do about an error of a connection.
func (l Link) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, nats.ErrAuthorization) && l.Token == "":
		return fmt.Errorf("%s needs a token: give --token what swarmsim sweep --serve has printed", l.URL)
	case errors.Is(err, nats.ErrAuthorization):
		return fmt.Errorf("%s refuses the token: give --token what swarmsim sweep --serve has printed", l.URL)
	case errors.Is(err, nats.ErrNoServers):
		return fmt.Errorf("%w at %s: is swarmsim sweep --serve running there, and does the firewall let its port through?", errAway, l.URL)
	case errors.Is(err, nats.ErrSecureConnRequired):
		return fmt.Errorf("%s speaks TLS only: give --tls-ca the certificate of the authority that signed the server's", l.URL)
	case errors.Is(err, nats.ErrSecureConnWanted):
		return fmt.Errorf("%s does not speak TLS: leave out --tls-ca, --tls-cert and --tls-key, or give the server a certificate", l.URL)
	}
	var unknown *tls.CertificateVerificationError
	if errors.As(err, &unknown) {
		return fmt.Errorf("%s: %w: --tls-ca names the authority to trust", l.URL, err)
	}
	return fmt.Errorf("%s: %w", l.URL, err)
}

// embedded is a NATS server in this process.
type embedded struct {
	server *natsserver.Server
	dir    string
}

// maxMessage bounds a message of an embedded server: the compressed row of a large swarm.
const maxMessage = 64 << 20

// embed starts a server at an address. Workers may do no more than work.
func embed(listen string, l Link) (*embedded, error) {
	host, port, _ := net.SplitHostPort(listen)
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("serving at %.100q: it is not an address such as :4222 or 10.0.0.1:4222", listen)
	}
	// JetStream wants a folder, even if all streams are in memory.
	dir, err := os.MkdirTemp("", "swarmsim-queue-")
	if err != nil {
		return nil, err
	}
	opts := &natsserver.Options{
		ServerName: "swarmsim", Host: host, Port: int(number), NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, JetStreamMaxMemory: 1 << 40, JetStreamMaxStore: 1 << 40,
		MaxPayload: maxMessage, MaxPending: 4 * maxMessage, PingInterval: silence / 2, MaxPingsOut: 2,
		Users: users(l),
	}
	if host == "" {
		opts.Host = "0.0.0.0"
	}
	if number == 0 {
		opts.Port = natsserver.RANDOM_PORT
	}
	if l.TLS != nil {
		opts.TLS, opts.TLSConfig, opts.TLSVerify, opts.TLSTimeout = true, l.TLS, l.TLS.ClientCAs != nil, 5
	}
	s, err := natsserver.NewServer(opts)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	e := &embedded{s, dir}
	free, err := net.Listen("tcp", net.JoinHostPort(opts.Host, port)) // the server itself only logs that it is taken
	if err == nil {
		free.Close()
		s.Start()
		if s.ReadyForConnections(10 * time.Second) {
			return e, nil
		}
		err = errors.New("it did not start within 10 s")
	}
	e.stop()
	return nil, fmt.Errorf("serving at %s: %w", listen, err)
}

// serverUser is the user that the embedding process is.
const serverUser = "server"

// users are those of an embedded server: this process, which may do everything, and workers.
func users(l Link) []*natsserver.User {
	n := namesOf(l.Queue)
	return []*natsserver.User{
		{Username: serverUser, Password: serverPassword},
		{Username: workerUser, Password: l.Token, Permissions: &natsserver.Permissions{
			Publish: &natsserver.SubjectPermission{Allow: []string{
				n.subject("hello"), n.subject("result"), n.subject("state"), n.subject("status"),
				"$JS.API.CONSUMER.INFO." + n.runs + "." + workersConsumer,
				"$JS.API.CONSUMER.MSG.NEXT." + n.runs + "." + workersConsumer,
				"$JS.ACK." + n.runs + ".>", "$JS.ACK.*.*." + n.runs + ".>",
			}},
			Subscribe: &natsserver.SubjectPermission{Allow: []string{"_INBOX.>", n.subject("news")}},
		}},
	}
}

// serverPassword is known to this process alone.
var serverPassword = NewToken()

// client connects this process to its server.
func (e *embedded) client() (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(e.server), nats.UserInfo(serverUser, serverPassword), nats.MaxReconnects(-1))
}

// url returns where the server can be reached.
func (e *embedded) url() string { return e.server.ClientURL() }

func (e *embedded) stop() {
	e.server.Shutdown()
	e.server.WaitForShutdown()
	os.RemoveAll(e.dir)
}

// ParseListen checks the address of an embedded server.
func ParseListen(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if _, err2 := strconv.ParseUint(port, 10, 16); err != nil || err2 != nil {
		return "", fmt.Errorf("%.100q is not an address such as :4222 or 10.0.0.1:4222", text)
	}
	return text, nil
}

// ParseURL completes an address: HOST, HOST:PORT or a URL.
func ParseURL(text string, secure bool) (string, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		scheme, rest = "nats", text
		if secure {
			scheme = "tls"
		}
	}
	at := rest[strings.LastIndex(rest, "@")+1:]
	if scheme != "nats" && scheme != "tls" && scheme != "ws" && scheme != "wss" || at == "" || strings.ContainsAny(at, "/ ") {
		return "", fmt.Errorf("%.100q is not an address such as desk1:4222, nats://desk1:4222 or tls://desk1:4222", text)
	}
	if host, port, err := net.SplitHostPort(at); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil || host == "" {
			return "", fmt.Errorf("%.100q is not an address such as desk1:4222: it needs a host and a port", text)
		}
	} else {
		rest += ":" + DefaultPort
	}
	return scheme + "://" + rest, nil
}
