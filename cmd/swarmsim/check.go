package main

import "github.com/spf13/cobra"

func checkCommand() *cobra.Command {
	var sets []string
	c := &cobra.Command{
		Use:   "check SCENARIO",
		Short: "Check a scenario and print it with all defaults filled in",
		Args:  cobra.ExactArgs(1),
	}
	c.Flags().StringArrayVar(&sets, "set", nil, "override a field, as in groups.leechers.count=200 (may be given again)")
	c.RunE = does(func(cmd *cobra.Command, args []string) error {
		s, _, err := load(args[0], sets, nil)
		if err != nil {
			return err
		}
		text, err := s.Print()
		if err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(text)
		return err
	})
	return c
}
