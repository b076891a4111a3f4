package export

import (
	"errors"

	"swarmsim/sim/record"
)

func writeFile(create record.Create, name string, text []byte) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
