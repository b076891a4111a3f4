package cli

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/serve"
)

// serveFlags are the flags of swarmsim serve.
type serveFlags struct {
	config serve.Config
	addr   string
	memory memoryLimit
}

func (f *serveFlags) add(c *cobra.Command) {
	fs := c.Flags()
	f.addr, f.config.Results = "127.0.0.1:8080", "results"
	fs.Var(flags.Parsed(&f.addr, "addr", "127.0.0.1:8080", flags.Text), "addr",
		"address to listen at; port 0 is any free port (default 127.0.0.1:8080)")
	fs.Var(flags.Parsed(&f.config.Results, "folder", "results", flags.Text), "results",
		"results folder: what it holds is listed, and runs write to it (default results)")
	fs.Var(flags.Parsed(&f.config.Scenarios, "folder", "scenarios", flags.Text), "scenarios",
		"folder of scenarios to list beside the library (default none)")
	fs.BoolVar(&f.config.Remote, "remote", false,
		"allow --addr to be an address that other machines can reach; they need the token of the URL that is printed")
	addWorkers(c, &f.config.Workers, "cores to use for each run; the results are the same for any number")
	f.memory.add(c)
}

func serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a local web page that lists results, and starts and shows runs",
		Long: `Serves a web page until Ctrl-C. It lists the results folders and opens their
reports, sets up scenarios with sliders, starts runs, shows them live and stops them.
At most two runs are played at a time; others wait. A run that is stopped keeps what
was recorded until then, marked incomplete; so does Ctrl-C.

Only this machine can connect, unless --addr names another address and --remote
allows it. Nothing outside of the two folders can be reached. docs/serve.md says how
the page is protected.`,
		Example: `  swarmsim serve
  swarmsim serve --results results --scenarios ./scenarios
  swarmsim serve --addr 127.0.0.1:0
  swarmsim serve --addr 192.168.1.20:8080 --remote`,
		Args: noArguments,
	}
	f.add(c)
	c.RunE = runE(f.run)
	return c
}

func (f *serveFlags) run(cmd *cobra.Command, _ []string) error {
	if err := f.checkAddress(); err != nil {
		return err
	}
	f.config.Memory = int64(f.memory)
	s, err := serve.New(f.config)
	if err != nil {
		if input := (serve.InputError{}); errors.As(err, &input) {
			return usageError{err}
		}
		return err
	}
	l, err := net.Listen("tcp", f.addr)
	if err != nil {
		return fmt.Errorf("--addr %s: %w; choose another address, or port 0 for any free port", f.addr, err)
	}
	if f.config.Remote {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning: with --remote everyone that has the URL can start runs and read the results; "+
			"it is not encrypted")
	}
	fmt.Fprintf(cmd.OutOrStdout(), "page      %s\nresults   %s\n", s.URL(l.Addr()), f.config.Results)
	if f.config.Scenarios != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "scenarios %s\n", f.config.Scenarios)
	}
	fmt.Fprintln(cmd.OutOrStdout(), "Ctrl-C stops it.")
	return s.Serve(cmd.Context(), l)
}

// checkAddress refuses an address that other machines can reach, unless --remote is given.
func (f *serveFlags) checkAddress() error {
	host, _, err := net.SplitHostPort(f.addr)
	if err != nil {
		return usageError{fmt.Errorf("--addr: %q is not an address and a port, such as 127.0.0.1:8080", f.addr)}
	}
	f.config.Host = host
	address, err := netip.ParseAddr(host)
	local := host == "localhost" || err == nil && address.IsLoopback()
	if !local && !f.config.Remote {
		return usageError{fmt.Errorf("--addr %s: other machines can reach that address; add --remote if they may start runs, "+
			"or choose one like 127.0.0.1:8080", f.addr)}
	}
	if local && f.config.Remote {
		return usageError{fmt.Errorf("--remote: no other machine can reach %s; choose another --addr, or leave --remote out", f.addr)}
	}
	return nil
}
