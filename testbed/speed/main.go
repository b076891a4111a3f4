package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/help"
	"swarmsim/sim/scenario"
)

func main() {
	if role, args, ok := limitRole(os.Args[1:]); ok {
		if err := role(args); err != nil {
			fmt.Fprintln(os.Stderr, "speed:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Stdout, os.Stderr, os.Args[1:]))
}

// options are what the command's flags say.
type options struct {
	runs     int
	size     scenario.Bytes
	address  netip.Addr
	folder   string
	swarmsim string
	clients  []string
	write    string
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	o := options{runs: 5, size: 1 << 30, address: netip.MustParseAddr("127.0.0.2"), folder: "/dev/shm", swarmsim: "swarmsim"}
	c := &cobra.Command{
		Use:           "speed",
		Short:         "Measure the speed of clients on loopback",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	fs := c.Flags()
	fs.Var(flags.Count(&o.runs, 1, 1000, "5"), "runs", "downloads of each client")
	fs.Var(flags.Quantity(&o.size, "size", "1 GiB"), "size", "of the file (default 1 GiB)")
	fs.Var(flags.Parsed(&o.address, "address", "10.77.0.2", netip.ParseAddr), "address",
		"of this machine, which both peers use (default 127.0.0.2)")
	fs.Var(flags.Parsed(&o.folder, "folder", "/dev/shm", flags.Text), "folder", "for the files, in memory (default /dev/shm)")
	fs.Var(flags.Parsed(&o.swarmsim, "file", "./swarmsim", flags.Text), "swarmsim", "program of our client (default: swarmsim on the path)")
	fs.Var(flags.List(&o.clients, "name", "libtorrent", flags.Text), "client",
		"client to measure (repeatable; default: "+strings.Join(defaultClients, ", ")+")")
	fs.Var(flags.Parsed(&o.write, "file", "docs/live.md", flags.Text), "write", "put the table into a page, between its marks")
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(stderr)
	c.SetFlagErrorFunc(flags.Error)
	help.PlainSwitches(c)
	c.RunE = func(*cobra.Command, []string) error { return measureAll(ctx, stdout, stderr, &o) }
	if err := c.Execute(); err != nil {
		fmt.Fprintln(stderr, "speed:", err)
		return 2
	}
	return 0
}

// measureAll measures all clients in turns and prints the table.
func measureAll(ctx context.Context, stdout, stderr io.Writer, o *options) error {
	contenders, err := contendersOf(ctx, o, stderr)
	if err != nil {
		return err
	}
	bed, err := newBed(ctx, o)
	if err != nil {
		return err
	}
	defer bed.close()
	for round := range o.runs {
		for _, c := range contenders {
			if c.slow() {
				continue
			}
			r, err := bed.measure(ctx, c)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			c.results = append(c.results, r)
			fmt.Fprintf(stderr, "%d %-14s %v\n", round+1, c.name, &r)
		}
	}
	table := tableOf(contenders)
	fmt.Fprint(stdout, table)
	if o.write == "" {
		return nil
	}
	return writeTable(o.write, describe(o)+"\n\n"+table)
}
