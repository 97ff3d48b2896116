"""The contract tests of a client that openapi-generator made: contract.py FOLDER, where the folder holds `d1_openapi`."""

import sys
import unittest

sys.path.insert(0, sys.argv.pop())

import d1
import d1_openapi
import regex
from d1_openapi import ConsumerApi, ConsumerInformation, ConsumerOperationsApi, PersonalInformation
from d1_openapi.exceptions import ForbiddenException, NotFoundException, ServiceException, UnauthorizedException

# Python's own `re` does not know the classes of Unicode (`\p{L}`) that the vendor's patterns use.
for name, module in list(sys.modules.items()):
    if name.startswith("d1_openapi.models."):
        module.re = regex


class Contract(unittest.TestCase):
    def setUp(self):
        d1.control("POST", "reset")
        settings = d1_openapi.Configuration(host=d1.BANKING_URL, access_token=d1.token(), retries=0)
        client = d1_openapi.ApiClient(settings)
        self.consumers, self.operations = ConsumerApi(client), ConsumerOperationsApi(client)
        self.settings = settings
        self.ada = PersonalInformation(firstName="Ada", lastName="Lovelace", language="eng")

    def register(self, consumer_id):
        body = ConsumerInformation(personalInformation=self.ada)
        self.consumers.register_consumer(d1.ISSUER_ID, consumer_id, consumer_information=body)

    def test_a_consumer_lives_from_registration_to_deletion(self):
        self.register("c-1")
        held = d1.control("GET", "consumers/c-1")["personalInformation"]
        self.assertEqual(held, {"firstName": "Ada", "lastName": "Lovelace", "language": "eng"})
        d1.control("POST", "consumers/c-1/cards", {"cardId": "card-1"})
        cards = self.consumers.list_cards(d1.ISSUER_ID, "c-1").cards
        self.assertEqual([card.card_id for card in cards], ["card-1"])
        update = ConsumerInformation(personalInformation=PersonalInformation(firstName="Grace", lastName="Hopper"))
        self.assertTrue(
            self.operations.update_consumer(d1.ISSUER_ID, "c-1", consumer_information=update).operation_id
        )
        self.operations.delete_consumer(d1.ISSUER_ID, "c-1")
        with self.assertRaises(ForbiddenException) as refused:
            self.register("c-1")
        self.assertIn("CONSUMER_INVALID_STATE", refused.exception.body)

    def test_an_unknown_consumer_is_told_and_why(self):
        with self.assertRaises(NotFoundException):
            self.consumers.list_cards(d1.ISSUER_ID, "c-nobody")
        last = d1.control("GET", "requests")["requests"][-1]
        self.assertEqual((last["verdict"], last["reasons"][0]["field"]), ("refused", "consumerId"))

    def test_a_fault_is_met_once(self):
        self.register("c-1")
        d1.control("POST", "faults", {"kind": "status", "status": 503, "endpoint": "cards"})
        with self.assertRaises(ServiceException):
            self.consumers.list_cards(d1.ISSUER_ID, "c-1")
        self.assertEqual(self.consumers.list_cards(d1.ISSUER_ID, "c-1").cards, [])

    def test_a_token_expires(self):
        d1.control("POST", "clock", {"advanceSeconds": 901})
        with self.assertRaises(UnauthorizedException):
            self.register("c-1")

    def test_what_d1_may_add_is_met(self):
        self.register("c-1")
        d1.control("POST", "consumers/c-1/cards", {"scheme": "NEW", "addedLater": {"any": 1}})
        d1.control("POST", "faults", {"kind": "drift", "seed": 7})
        self.assertEqual(len(self.consumers.list_cards(d1.ISSUER_ID, "c-1").cards), 1)


unittest.main()
